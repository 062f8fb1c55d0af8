/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "mutation SignUp($you: SignUpInput!, $friend: SignUpInput!) {\n  signUp(input: $you) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n  friend: signUp(input: $friend) {\n    viewer {\n      id\n      handle\n      name\n    }\n  }\n}": typeof types.SignUpDocument,
    "mutation LogIn($input: LogInInput!) {\n  logIn(input: $input) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n}": typeof types.LogInDocument,
    "query FindUser($handle: String!) {\n  user(handle: $handle) {\n    id\n    handle\n    name\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}": typeof types.FindUserDocument,
    "mutation OpenDirectChannel($input: OpenDirectChannelInput!) {\n  openDirectChannel(input: $input) {\n    channel {\n      id\n      kind\n      delivery\n      head\n    }\n  }\n}": typeof types.OpenDirectChannelDocument,
    "mutation CreateGroup($input: CreateGroupInput!) {\n  createGroup(input: $input) {\n    channel {\n      id\n      kind\n      name\n      delivery\n      head\n    }\n  }\n}": typeof types.CreateGroupDocument,
    "mutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      createdAt\n      sender {\n        id\n        name\n      }\n    }\n  }\n}": typeof types.SendMessageDocument,
    "subscription OnChannel($id: ID!, $after: Int) {\n  channel(id: $id, after: $after) {\n    __typename\n    sequence\n    at\n    ... on MessageSent {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageEdited {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageDeleted {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MemberJoined {\n      membership {\n        role\n        joinedAt\n        user {\n          id\n          handle\n          name\n        }\n      }\n    }\n    ... on MemberLeft {\n      user {\n        id\n        handle\n        name\n      }\n    }\n    ... on CheckpointMoved {\n      membership {\n        readUpTo\n      }\n    }\n    ... on TypingChanged {\n      typing\n      user {\n        id\n        name\n      }\n    }\n  }\n}\n\nfragment MessageParts on Message {\n  id\n  sequence\n  text\n  createdAt\n  editedAt\n  deletedAt\n  sender {\n    id\n    name\n  }\n  replyTo {\n    id\n    text\n  }\n}": typeof types.OnChannelDocument,
    "subscription OnInbox($after: [ChannelPosition!]) {\n  inbox(after: $after) {\n    __typename\n    sequence\n    at\n    channel {\n      id\n    }\n    ... on ChannelCreated {\n      channel {\n        kind\n        name\n      }\n    }\n    ... on MessageSent {\n      message {\n        id\n        text\n        createdAt\n        sender {\n          id\n          name\n        }\n      }\n    }\n  }\n}": typeof types.OnInboxDocument,
    "query Viewer($first: Int = 20, $after: String) {\n  viewer {\n    id\n    handle\n    name\n    channels(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          kind\n          name\n          head\n          unread\n          membership {\n            role\n            readUpTo\n          }\n          members(first: 3) {\n            totalCount\n            edges {\n              node {\n                user {\n                  id\n                  handle\n                  name\n                }\n              }\n            }\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": typeof types.ViewerDocument,
    "query History($id: ID!, $last: Int = 50, $before: String) {\n  channel(id: $id) {\n    id\n    head\n    messages(last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          id\n          sequence\n          text\n          createdAt\n          editedAt\n          deletedAt\n          sender {\n            id\n            name\n          }\n          replyTo {\n            id\n            text\n          }\n        }\n      }\n      pageInfo {\n        hasPreviousPage\n        hasNextPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}": typeof types.HistoryDocument,
    "query MessageAt($id: ID!, $sequence: Int!) {\n  channel(id: $id) {\n    id\n    message(sequence: $sequence) {\n      id\n      sequence\n      text\n      createdAt\n    }\n  }\n}": typeof types.MessageAtDocument,
    "mutation EditMessage($input: EditMessageInput!) {\n  editMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      editedAt\n    }\n  }\n}": typeof types.EditMessageDocument,
    "mutation MarkRead($input: MarkReadInput!) {\n  markRead(input: $input) {\n    membership {\n      readUpTo\n      channel {\n        id\n        unread\n      }\n    }\n  }\n}": typeof types.MarkReadDocument,
    "mutation SetTyping($input: SetTypingInput!) {\n  setTyping(input: $input)\n}": typeof types.SetTypingDocument,
    "subscription OnPresence($userIds: [ID!]!) {\n  presence(userIds: $userIds) {\n    at\n    user {\n      id\n      handle\n    }\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}": typeof types.OnPresenceDocument,
    "mutation Heartbeat {\n  heartbeat {\n    status\n    lastSeenAt\n  }\n}": typeof types.HeartbeatDocument,
    "query Updates($after: [ChannelPosition!]!, $wait: Int! = 0, $first: Int! = 100) {\n  updates(after: $after, wait: $wait, first: $first) {\n    more\n    events {\n      __typename\n      sequence\n      at\n      channel {\n        id\n      }\n      ... on MessageSent {\n        message {\n          id\n          text\n          sender {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n}": typeof types.UpdatesDocument,
    "mutation AddMembers($input: AddMembersInput!) {\n  addMembers(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}": typeof types.AddMembersDocument,
    "mutation RemoveMember($input: RemoveMemberInput!) {\n  removeMember(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}": typeof types.RemoveMemberDocument,
    "mutation DeleteMessage($input: DeleteMessageInput!) {\n  deleteMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      deletedAt\n    }\n  }\n}": typeof types.DeleteMessageDocument,
    "mutation LeaveChannel($input: LeaveChannelInput!) {\n  leaveChannel(input: $input) {\n    channel {\n      id\n      name\n    }\n  }\n}": typeof types.LeaveChannelDocument,
    "query Endpoint($region: String) {\n  endpoint(region: $region) {\n    url\n    httpUrl\n    node\n    region\n  }\n}": typeof types.EndpointDocument,
    "mutation RefreshSession($refreshToken: String!) {\n  refreshSession(refreshToken: $refreshToken) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n  }\n}": typeof types.RefreshSessionDocument,
    "mutation LogOut {\n  logOut\n}": typeof types.LogOutDocument,
};
const documents: Documents = {
    "mutation SignUp($you: SignUpInput!, $friend: SignUpInput!) {\n  signUp(input: $you) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n  friend: signUp(input: $friend) {\n    viewer {\n      id\n      handle\n      name\n    }\n  }\n}": types.SignUpDocument,
    "mutation LogIn($input: LogInInput!) {\n  logIn(input: $input) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n}": types.LogInDocument,
    "query FindUser($handle: String!) {\n  user(handle: $handle) {\n    id\n    handle\n    name\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}": types.FindUserDocument,
    "mutation OpenDirectChannel($input: OpenDirectChannelInput!) {\n  openDirectChannel(input: $input) {\n    channel {\n      id\n      kind\n      delivery\n      head\n    }\n  }\n}": types.OpenDirectChannelDocument,
    "mutation CreateGroup($input: CreateGroupInput!) {\n  createGroup(input: $input) {\n    channel {\n      id\n      kind\n      name\n      delivery\n      head\n    }\n  }\n}": types.CreateGroupDocument,
    "mutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      createdAt\n      sender {\n        id\n        name\n      }\n    }\n  }\n}": types.SendMessageDocument,
    "subscription OnChannel($id: ID!, $after: Int) {\n  channel(id: $id, after: $after) {\n    __typename\n    sequence\n    at\n    ... on MessageSent {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageEdited {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageDeleted {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MemberJoined {\n      membership {\n        role\n        joinedAt\n        user {\n          id\n          handle\n          name\n        }\n      }\n    }\n    ... on MemberLeft {\n      user {\n        id\n        handle\n        name\n      }\n    }\n    ... on CheckpointMoved {\n      membership {\n        readUpTo\n      }\n    }\n    ... on TypingChanged {\n      typing\n      user {\n        id\n        name\n      }\n    }\n  }\n}\n\nfragment MessageParts on Message {\n  id\n  sequence\n  text\n  createdAt\n  editedAt\n  deletedAt\n  sender {\n    id\n    name\n  }\n  replyTo {\n    id\n    text\n  }\n}": types.OnChannelDocument,
    "subscription OnInbox($after: [ChannelPosition!]) {\n  inbox(after: $after) {\n    __typename\n    sequence\n    at\n    channel {\n      id\n    }\n    ... on ChannelCreated {\n      channel {\n        kind\n        name\n      }\n    }\n    ... on MessageSent {\n      message {\n        id\n        text\n        createdAt\n        sender {\n          id\n          name\n        }\n      }\n    }\n  }\n}": types.OnInboxDocument,
    "query Viewer($first: Int = 20, $after: String) {\n  viewer {\n    id\n    handle\n    name\n    channels(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          kind\n          name\n          head\n          unread\n          membership {\n            role\n            readUpTo\n          }\n          members(first: 3) {\n            totalCount\n            edges {\n              node {\n                user {\n                  id\n                  handle\n                  name\n                }\n              }\n            }\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}": types.ViewerDocument,
    "query History($id: ID!, $last: Int = 50, $before: String) {\n  channel(id: $id) {\n    id\n    head\n    messages(last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          id\n          sequence\n          text\n          createdAt\n          editedAt\n          deletedAt\n          sender {\n            id\n            name\n          }\n          replyTo {\n            id\n            text\n          }\n        }\n      }\n      pageInfo {\n        hasPreviousPage\n        hasNextPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}": types.HistoryDocument,
    "query MessageAt($id: ID!, $sequence: Int!) {\n  channel(id: $id) {\n    id\n    message(sequence: $sequence) {\n      id\n      sequence\n      text\n      createdAt\n    }\n  }\n}": types.MessageAtDocument,
    "mutation EditMessage($input: EditMessageInput!) {\n  editMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      editedAt\n    }\n  }\n}": types.EditMessageDocument,
    "mutation MarkRead($input: MarkReadInput!) {\n  markRead(input: $input) {\n    membership {\n      readUpTo\n      channel {\n        id\n        unread\n      }\n    }\n  }\n}": types.MarkReadDocument,
    "mutation SetTyping($input: SetTypingInput!) {\n  setTyping(input: $input)\n}": types.SetTypingDocument,
    "subscription OnPresence($userIds: [ID!]!) {\n  presence(userIds: $userIds) {\n    at\n    user {\n      id\n      handle\n    }\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}": types.OnPresenceDocument,
    "mutation Heartbeat {\n  heartbeat {\n    status\n    lastSeenAt\n  }\n}": types.HeartbeatDocument,
    "query Updates($after: [ChannelPosition!]!, $wait: Int! = 0, $first: Int! = 100) {\n  updates(after: $after, wait: $wait, first: $first) {\n    more\n    events {\n      __typename\n      sequence\n      at\n      channel {\n        id\n      }\n      ... on MessageSent {\n        message {\n          id\n          text\n          sender {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n}": types.UpdatesDocument,
    "mutation AddMembers($input: AddMembersInput!) {\n  addMembers(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}": types.AddMembersDocument,
    "mutation RemoveMember($input: RemoveMemberInput!) {\n  removeMember(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}": types.RemoveMemberDocument,
    "mutation DeleteMessage($input: DeleteMessageInput!) {\n  deleteMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      deletedAt\n    }\n  }\n}": types.DeleteMessageDocument,
    "mutation LeaveChannel($input: LeaveChannelInput!) {\n  leaveChannel(input: $input) {\n    channel {\n      id\n      name\n    }\n  }\n}": types.LeaveChannelDocument,
    "query Endpoint($region: String) {\n  endpoint(region: $region) {\n    url\n    httpUrl\n    node\n    region\n  }\n}": types.EndpointDocument,
    "mutation RefreshSession($refreshToken: String!) {\n  refreshSession(refreshToken: $refreshToken) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n  }\n}": types.RefreshSessionDocument,
    "mutation LogOut {\n  logOut\n}": types.LogOutDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SignUp($you: SignUpInput!, $friend: SignUpInput!) {\n  signUp(input: $you) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n  friend: signUp(input: $friend) {\n    viewer {\n      id\n      handle\n      name\n    }\n  }\n}"): (typeof documents)["mutation SignUp($you: SignUpInput!, $friend: SignUpInput!) {\n  signUp(input: $you) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n  friend: signUp(input: $friend) {\n    viewer {\n      id\n      handle\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation LogIn($input: LogInInput!) {\n  logIn(input: $input) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n}"): (typeof documents)["mutation LogIn($input: LogInInput!) {\n  logIn(input: $input) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n    viewer {\n      id\n      handle\n      name\n    }\n    endpoint {\n      url\n      httpUrl\n      node\n      region\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query FindUser($handle: String!) {\n  user(handle: $handle) {\n    id\n    handle\n    name\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}"): (typeof documents)["query FindUser($handle: String!) {\n  user(handle: $handle) {\n    id\n    handle\n    name\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation OpenDirectChannel($input: OpenDirectChannelInput!) {\n  openDirectChannel(input: $input) {\n    channel {\n      id\n      kind\n      delivery\n      head\n    }\n  }\n}"): (typeof documents)["mutation OpenDirectChannel($input: OpenDirectChannelInput!) {\n  openDirectChannel(input: $input) {\n    channel {\n      id\n      kind\n      delivery\n      head\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation CreateGroup($input: CreateGroupInput!) {\n  createGroup(input: $input) {\n    channel {\n      id\n      kind\n      name\n      delivery\n      head\n    }\n  }\n}"): (typeof documents)["mutation CreateGroup($input: CreateGroupInput!) {\n  createGroup(input: $input) {\n    channel {\n      id\n      kind\n      name\n      delivery\n      head\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      createdAt\n      sender {\n        id\n        name\n      }\n    }\n  }\n}"): (typeof documents)["mutation SendMessage($input: SendMessageInput!) {\n  sendMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      createdAt\n      sender {\n        id\n        name\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription OnChannel($id: ID!, $after: Int) {\n  channel(id: $id, after: $after) {\n    __typename\n    sequence\n    at\n    ... on MessageSent {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageEdited {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageDeleted {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MemberJoined {\n      membership {\n        role\n        joinedAt\n        user {\n          id\n          handle\n          name\n        }\n      }\n    }\n    ... on MemberLeft {\n      user {\n        id\n        handle\n        name\n      }\n    }\n    ... on CheckpointMoved {\n      membership {\n        readUpTo\n      }\n    }\n    ... on TypingChanged {\n      typing\n      user {\n        id\n        name\n      }\n    }\n  }\n}\n\nfragment MessageParts on Message {\n  id\n  sequence\n  text\n  createdAt\n  editedAt\n  deletedAt\n  sender {\n    id\n    name\n  }\n  replyTo {\n    id\n    text\n  }\n}"): (typeof documents)["subscription OnChannel($id: ID!, $after: Int) {\n  channel(id: $id, after: $after) {\n    __typename\n    sequence\n    at\n    ... on MessageSent {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageEdited {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MessageDeleted {\n      message {\n        ...MessageParts\n      }\n    }\n    ... on MemberJoined {\n      membership {\n        role\n        joinedAt\n        user {\n          id\n          handle\n          name\n        }\n      }\n    }\n    ... on MemberLeft {\n      user {\n        id\n        handle\n        name\n      }\n    }\n    ... on CheckpointMoved {\n      membership {\n        readUpTo\n      }\n    }\n    ... on TypingChanged {\n      typing\n      user {\n        id\n        name\n      }\n    }\n  }\n}\n\nfragment MessageParts on Message {\n  id\n  sequence\n  text\n  createdAt\n  editedAt\n  deletedAt\n  sender {\n    id\n    name\n  }\n  replyTo {\n    id\n    text\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription OnInbox($after: [ChannelPosition!]) {\n  inbox(after: $after) {\n    __typename\n    sequence\n    at\n    channel {\n      id\n    }\n    ... on ChannelCreated {\n      channel {\n        kind\n        name\n      }\n    }\n    ... on MessageSent {\n      message {\n        id\n        text\n        createdAt\n        sender {\n          id\n          name\n        }\n      }\n    }\n  }\n}"): (typeof documents)["subscription OnInbox($after: [ChannelPosition!]) {\n  inbox(after: $after) {\n    __typename\n    sequence\n    at\n    channel {\n      id\n    }\n    ... on ChannelCreated {\n      channel {\n        kind\n        name\n      }\n    }\n    ... on MessageSent {\n      message {\n        id\n        text\n        createdAt\n        sender {\n          id\n          name\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Viewer($first: Int = 20, $after: String) {\n  viewer {\n    id\n    handle\n    name\n    channels(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          kind\n          name\n          head\n          unread\n          membership {\n            role\n            readUpTo\n          }\n          members(first: 3) {\n            totalCount\n            edges {\n              node {\n                user {\n                  id\n                  handle\n                  name\n                }\n              }\n            }\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}"): (typeof documents)["query Viewer($first: Int = 20, $after: String) {\n  viewer {\n    id\n    handle\n    name\n    channels(first: $first, after: $after) {\n      edges {\n        cursor\n        node {\n          id\n          kind\n          name\n          head\n          unread\n          membership {\n            role\n            readUpTo\n          }\n          members(first: 3) {\n            totalCount\n            edges {\n              node {\n                user {\n                  id\n                  handle\n                  name\n                }\n              }\n            }\n          }\n        }\n      }\n      pageInfo {\n        hasNextPage\n        endCursor\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query History($id: ID!, $last: Int = 50, $before: String) {\n  channel(id: $id) {\n    id\n    head\n    messages(last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          id\n          sequence\n          text\n          createdAt\n          editedAt\n          deletedAt\n          sender {\n            id\n            name\n          }\n          replyTo {\n            id\n            text\n          }\n        }\n      }\n      pageInfo {\n        hasPreviousPage\n        hasNextPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}"): (typeof documents)["query History($id: ID!, $last: Int = 50, $before: String) {\n  channel(id: $id) {\n    id\n    head\n    messages(last: $last, before: $before) {\n      edges {\n        cursor\n        node {\n          id\n          sequence\n          text\n          createdAt\n          editedAt\n          deletedAt\n          sender {\n            id\n            name\n          }\n          replyTo {\n            id\n            text\n          }\n        }\n      }\n      pageInfo {\n        hasPreviousPage\n        hasNextPage\n        startCursor\n        endCursor\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query MessageAt($id: ID!, $sequence: Int!) {\n  channel(id: $id) {\n    id\n    message(sequence: $sequence) {\n      id\n      sequence\n      text\n      createdAt\n    }\n  }\n}"): (typeof documents)["query MessageAt($id: ID!, $sequence: Int!) {\n  channel(id: $id) {\n    id\n    message(sequence: $sequence) {\n      id\n      sequence\n      text\n      createdAt\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation EditMessage($input: EditMessageInput!) {\n  editMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      editedAt\n    }\n  }\n}"): (typeof documents)["mutation EditMessage($input: EditMessageInput!) {\n  editMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      editedAt\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation MarkRead($input: MarkReadInput!) {\n  markRead(input: $input) {\n    membership {\n      readUpTo\n      channel {\n        id\n        unread\n      }\n    }\n  }\n}"): (typeof documents)["mutation MarkRead($input: MarkReadInput!) {\n  markRead(input: $input) {\n    membership {\n      readUpTo\n      channel {\n        id\n        unread\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation SetTyping($input: SetTypingInput!) {\n  setTyping(input: $input)\n}"): (typeof documents)["mutation SetTyping($input: SetTypingInput!) {\n  setTyping(input: $input)\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "subscription OnPresence($userIds: [ID!]!) {\n  presence(userIds: $userIds) {\n    at\n    user {\n      id\n      handle\n    }\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}"): (typeof documents)["subscription OnPresence($userIds: [ID!]!) {\n  presence(userIds: $userIds) {\n    at\n    user {\n      id\n      handle\n    }\n    presence {\n      status\n      lastSeenAt\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation Heartbeat {\n  heartbeat {\n    status\n    lastSeenAt\n  }\n}"): (typeof documents)["mutation Heartbeat {\n  heartbeat {\n    status\n    lastSeenAt\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Updates($after: [ChannelPosition!]!, $wait: Int! = 0, $first: Int! = 100) {\n  updates(after: $after, wait: $wait, first: $first) {\n    more\n    events {\n      __typename\n      sequence\n      at\n      channel {\n        id\n      }\n      ... on MessageSent {\n        message {\n          id\n          text\n          sender {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n}"): (typeof documents)["query Updates($after: [ChannelPosition!]!, $wait: Int! = 0, $first: Int! = 100) {\n  updates(after: $after, wait: $wait, first: $first) {\n    more\n    events {\n      __typename\n      sequence\n      at\n      channel {\n        id\n      }\n      ... on MessageSent {\n        message {\n          id\n          text\n          sender {\n            id\n            name\n          }\n        }\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation AddMembers($input: AddMembersInput!) {\n  addMembers(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}"): (typeof documents)["mutation AddMembers($input: AddMembersInput!) {\n  addMembers(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RemoveMember($input: RemoveMemberInput!) {\n  removeMember(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}"): (typeof documents)["mutation RemoveMember($input: RemoveMemberInput!) {\n  removeMember(input: $input) {\n    channel {\n      id\n      members {\n        totalCount\n      }\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation DeleteMessage($input: DeleteMessageInput!) {\n  deleteMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      deletedAt\n    }\n  }\n}"): (typeof documents)["mutation DeleteMessage($input: DeleteMessageInput!) {\n  deleteMessage(input: $input) {\n    message {\n      id\n      sequence\n      text\n      deletedAt\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation LeaveChannel($input: LeaveChannelInput!) {\n  leaveChannel(input: $input) {\n    channel {\n      id\n      name\n    }\n  }\n}"): (typeof documents)["mutation LeaveChannel($input: LeaveChannelInput!) {\n  leaveChannel(input: $input) {\n    channel {\n      id\n      name\n    }\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "query Endpoint($region: String) {\n  endpoint(region: $region) {\n    url\n    httpUrl\n    node\n    region\n  }\n}"): (typeof documents)["query Endpoint($region: String) {\n  endpoint(region: $region) {\n    url\n    httpUrl\n    node\n    region\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation RefreshSession($refreshToken: String!) {\n  refreshSession(refreshToken: $refreshToken) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n  }\n}"): (typeof documents)["mutation RefreshSession($refreshToken: String!) {\n  refreshSession(refreshToken: $refreshToken) {\n    accessToken\n    accessTokenExpiresAt\n    refreshToken\n  }\n}"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "mutation LogOut {\n  logOut\n}"): (typeof documents)["mutation LogOut {\n  logOut\n}"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;