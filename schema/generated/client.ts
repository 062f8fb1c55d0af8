/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The text of an operation; whoever sends it learns the types of its variables and its result. */
export type TypedDocument<Result, Variables> = string & { readonly __types?: (variables: Variables) => Result };
/** Whom to add to which group. */
export type AddMembersInput = {
  /** A group that the viewer is a member of. */
  readonly channelId: string;
  /** At least one user. Those who are members already are passed over. */
  readonly userIds: ReadonlyArray<string>;
};

/** How people come to be in a channel. */
export type ChannelKind =
  /** Two people, for good: nobody joins or leaves. */
  | 'DIRECT'
  /** At most 100 members. */
  | 'GROUP';

/** How far a client has come in a channel. */
export type ChannelPosition = {
  /** The channel. One that the viewer is not a member of is ignored. */
  readonly channelId: string;
  /** The newest sequence that the client has already seen; 0 for none. Above the channel's head it is BAD_USER_INPUT. */
  readonly sequence: number;
};

/** A new group, owned by the viewer. */
export type CreateGroupInput = {
  /** How messages travel, for good. */
  readonly delivery?: Delivery;
  /** Its first members beside the viewer, who is one in any case. More than 100 in all is GROUP_FULL. */
  readonly memberIds: ReadonlyArray<string>;
  /** 1 to 100 characters, not blank, none that turns the direction of writing. Need not be unique. */
  readonly name: string;
  /** Makes a retry safe: the same nonce from the same user gives back the same group. Chosen by the client, 1 to 64 characters: a UUID will do. */
  readonly nonce?: string | null | undefined;
};

/** Which message to delete. */
export type DeleteMessageInput = {
  /** One of the viewer's own messages. Another's is FORBIDDEN. */
  readonly messageId: string;
};

/** How a message travels, chosen when a channel is created. */
export type Delivery =
  /** Pushed to those connected now, never stored. */
  | 'EPHEMERAL'
  /** Stored durably, then pushed, then acknowledged. */
  | 'PERSIST_FIRST'
  /** Appended to the durable log and pushed at once; a writer stores it in batches afterwards. History may lag by one batch. */
  | 'PUSH_FIRST';

/** What a message should say instead. */
export type EditMessageInput = {
  /** One of the viewer's own messages. Another's is FORBIDDEN. */
  readonly messageId: string;
  /** At most 8,000 characters, not blank. The same text again changes nothing. */
  readonly text: string;
};

/** Which group to leave. */
export type LeaveChannelInput = {
  /** A group that the viewer is a member of. */
  readonly channelId: string;
};

/** Who wants in. */
export type LogInInput = {
  /** In any case. */
  readonly handle: string;
  /** As given at the sign-up. */
  readonly password: string;
  /** Where the client would rather be, at most 64 characters: for the session's `endpoint`. */
  readonly region?: string | null | undefined;
};

/** How far the viewer has read. */
export type MarkReadInput = {
  /** A channel that the viewer is a member of. */
  readonly channelId: string;
  /** The sequence of the last event that has been read. Above the channel's head it is BAD_USER_INPUT; below the checkpoint it changes nothing. */
  readonly upTo: number;
};

/** With whom to talk. */
export type OpenDirectChannelInput = {
  /** How messages travel. The delivery first asked for stands, whatever is asked for later. */
  readonly delivery?: Delivery;
  /** The other user. Oneself is BAD_USER_INPUT. */
  readonly userId: string;
};

/** Whether a user can be reached now. */
export type PresenceStatus =
  /** None of these, on any device; or the viewer may not know. */
  | 'OFFLINE'
  /** A socket or an event stream of the user is open, or a heartbeat came a moment ago. */
  | 'ONLINE';

/** Whom to remove from which group. */
export type RemoveMemberInput = {
  /** A group that the viewer owns. */
  readonly channelId: string;
  /** The member to remove; not the owner, who leaves with leaveChannel. */
  readonly userId: string;
};

/** What a member may do. In a direct channel both are MEMBER. */
export type Role =
  /** May add members. */
  | 'MEMBER'
  /** May remove members. A leaving owner hands on to the longest-standing member. */
  | 'OWNER';

/** What to say where. */
export type SendMessageInput = {
  /** A channel that the viewer is a member of. */
  readonly channelId: string;
  /** Chosen by the client, 1 to 64 characters: a UUID will do. */
  readonly nonce: string;
  /** A message of the same channel. Another is BAD_USER_INPUT, as is any in an EPHEMERAL channel. */
  readonly replyTo?: string | null | undefined;
  /** At most 8,000 characters, not blank. */
  readonly text: string;
};

/** Whether the viewer types where. */
export type SetTypingInput = {
  /** A channel that the viewer is a member of. */
  readonly channelId: string;
  /** True while typing: say it again every 3 seconds or so. False to end it at once. */
  readonly typing: boolean;
};

/** A new account. */
export type SignUpInput = {
  /** 3 to 32 of a-z, 0-9, '_' and '-', in any case. One that is taken is CONFLICT. */
  readonly handle: string;
  /** How the user is shown to others, 1 to 100 characters, not blank, none that turns the direction of writing. */
  readonly name: string;
  /** 8 to 256 characters. */
  readonly password: string;
  /** Where the client would rather be, at most 64 characters: for the session's `endpoint`. */
  readonly region?: string | null | undefined;
};

export type ChannelPartsFragment = { readonly id: string, readonly kind: ChannelKind, readonly name: string | null, readonly delivery: Delivery, readonly head: number, readonly unread: number, readonly membership: { readonly role: Role, readonly readUpTo: number }, readonly members: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }> } };

export type ClientChannelsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type ClientChannelsQuery = { readonly viewer: { readonly id: string, readonly handle: string, readonly name: string, readonly channels: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly kind: ChannelKind, readonly name: string | null, readonly delivery: Delivery, readonly head: number, readonly unread: number, readonly membership: { readonly role: Role, readonly readUpTo: number }, readonly members: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }> } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } };

export type ClientChannelQueryVariables = Exact<{
  id: string;
}>;


export type ClientChannelQuery = { readonly channel: { readonly id: string, readonly kind: ChannelKind, readonly name: string | null, readonly delivery: Delivery, readonly head: number, readonly unread: number, readonly membership: { readonly role: Role, readonly readUpTo: number }, readonly members: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }> } } | null };

export type ClientMembersQueryVariables = Exact<{
  id: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ClientMembersQuery = { readonly channel: { readonly members: { readonly edges: ReadonlyArray<{ readonly node: { readonly role: Role, readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } } | null };

export type ClientOpenDirectChannelMutationVariables = Exact<{
  input: OpenDirectChannelInput;
}>;


export type ClientOpenDirectChannelMutation = { readonly opened: { readonly channel: { readonly id: string, readonly kind: ChannelKind, readonly name: string | null, readonly delivery: Delivery, readonly head: number, readonly unread: number, readonly membership: { readonly role: Role, readonly readUpTo: number }, readonly members: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }> } } } | null };

export type ClientCreateGroupMutationVariables = Exact<{
  input: CreateGroupInput;
}>;


export type ClientCreateGroupMutation = { readonly created: { readonly channel: { readonly id: string, readonly kind: ChannelKind, readonly name: string | null, readonly delivery: Delivery, readonly head: number, readonly unread: number, readonly membership: { readonly role: Role, readonly readUpTo: number }, readonly members: { readonly totalCount: number, readonly edges: ReadonlyArray<{ readonly node: { readonly user: { readonly id: string, readonly handle: string, readonly name: string } } }> } } } | null };

export type ClientAddMembersMutationVariables = Exact<{
  input: AddMembersInput;
}>;


export type ClientAddMembersMutation = { readonly addMembers: { readonly channel: { readonly id: string } } | null };

export type ClientRemoveMemberMutationVariables = Exact<{
  input: RemoveMemberInput;
}>;


export type ClientRemoveMemberMutation = { readonly removeMember: { readonly channel: { readonly id: string } } | null };

export type ClientLeaveChannelMutationVariables = Exact<{
  input: LeaveChannelInput;
}>;


export type ClientLeaveChannelMutation = { readonly leaveChannel: { readonly channel: { readonly id: string } } | null };

export type ClientMarkReadMutationVariables = Exact<{
  input: MarkReadInput;
}>;


export type ClientMarkReadMutation = { readonly markRead: { readonly membership: { readonly readUpTo: number, readonly channel: { readonly unread: number } } } | null };

export type ClientSetTypingMutationVariables = Exact<{
  input: SetTypingInput;
}>;


export type ClientSetTypingMutation = { readonly setTyping: boolean | null };

type EventParts_ChannelCreated_Fragment = { readonly __typename: 'ChannelCreated', readonly sequence: number | null, readonly at: string, readonly channel: { readonly id: string } };

type EventParts_CheckpointMoved_Fragment = { readonly __typename: 'CheckpointMoved', readonly sequence: number | null, readonly at: string, readonly membership: { readonly readUpTo: number }, readonly channel: { readonly id: string } };

type EventParts_MemberJoined_Fragment = { readonly __typename: 'MemberJoined', readonly sequence: number | null, readonly at: string, readonly membership: { readonly role: Role, readonly user: { readonly id: string, readonly handle: string, readonly name: string } }, readonly channel: { readonly id: string } };

type EventParts_MemberLeft_Fragment = { readonly __typename: 'MemberLeft', readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly newOwner: { readonly id: string } | null, readonly channel: { readonly id: string } };

type EventParts_MessageDeleted_Fragment = { readonly __typename: 'MessageDeleted', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } };

type EventParts_MessageEdited_Fragment = { readonly __typename: 'MessageEdited', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } };

type EventParts_MessageSent_Fragment = { readonly __typename: 'MessageSent', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } };

type EventParts_TypingChanged_Fragment = { readonly __typename: 'TypingChanged', readonly typing: boolean, readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly channel: { readonly id: string } };

export type EventPartsFragment =
  | EventParts_ChannelCreated_Fragment
  | EventParts_CheckpointMoved_Fragment
  | EventParts_MemberJoined_Fragment
  | EventParts_MemberLeft_Fragment
  | EventParts_MessageDeleted_Fragment
  | EventParts_MessageEdited_Fragment
  | EventParts_MessageSent_Fragment
  | EventParts_TypingChanged_Fragment
;

export type ClientInboxSubscriptionVariables = Exact<{
  after?: ReadonlyArray<ChannelPosition> | ChannelPosition | null | undefined;
}>;


export type ClientInboxSubscription = { readonly inbox:
    | { readonly __typename: 'ChannelCreated', readonly sequence: number | null, readonly at: string, readonly channel: { readonly id: string } }
    | { readonly __typename: 'CheckpointMoved', readonly sequence: number | null, readonly at: string, readonly membership: { readonly readUpTo: number }, readonly channel: { readonly id: string } }
    | { readonly __typename: 'MemberJoined', readonly sequence: number | null, readonly at: string, readonly membership: { readonly role: Role, readonly user: { readonly id: string, readonly handle: string, readonly name: string } }, readonly channel: { readonly id: string } }
    | { readonly __typename: 'MemberLeft', readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly newOwner: { readonly id: string } | null, readonly channel: { readonly id: string } }
    | { readonly __typename: 'MessageDeleted', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
    | { readonly __typename: 'MessageEdited', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
    | { readonly __typename: 'MessageSent', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
    | { readonly __typename: 'TypingChanged', readonly typing: boolean, readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly channel: { readonly id: string } }
   };

export type ClientUpdatesQueryVariables = Exact<{
  after: ReadonlyArray<ChannelPosition> | ChannelPosition;
  wait: number;
  first: number;
}>;


export type ClientUpdatesQuery = { readonly updates: { readonly more: boolean, readonly events: ReadonlyArray<
      | { readonly __typename: 'ChannelCreated', readonly sequence: number | null, readonly at: string, readonly channel: { readonly id: string } }
      | { readonly __typename: 'CheckpointMoved', readonly sequence: number | null, readonly at: string, readonly membership: { readonly readUpTo: number }, readonly channel: { readonly id: string } }
      | { readonly __typename: 'MemberJoined', readonly sequence: number | null, readonly at: string, readonly membership: { readonly role: Role, readonly user: { readonly id: string, readonly handle: string, readonly name: string } }, readonly channel: { readonly id: string } }
      | { readonly __typename: 'MemberLeft', readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly newOwner: { readonly id: string } | null, readonly channel: { readonly id: string } }
      | { readonly __typename: 'MessageDeleted', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
      | { readonly __typename: 'MessageEdited', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
      | { readonly __typename: 'MessageSent', readonly sequence: number | null, readonly at: string, readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null }, readonly channel: { readonly id: string } }
      | { readonly __typename: 'TypingChanged', readonly typing: boolean, readonly sequence: number | null, readonly at: string, readonly user: { readonly id: string, readonly handle: string, readonly name: string }, readonly channel: { readonly id: string } }
    > } };

export type ClientMessagePartsFragment = { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null };

export type ClientHistoryQueryVariables = Exact<{
  id: string;
  last: number;
  before?: string | null | undefined;
}>;


export type ClientHistoryQuery = { readonly channel: { readonly head: number, readonly messages: { readonly edges: ReadonlyArray<{ readonly node: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null } }>, readonly pageInfo: { readonly hasPreviousPage: boolean, readonly startCursor: string | null } } } | null };

export type ClientSendMessageMutationVariables = Exact<{
  input: SendMessageInput;
}>;


export type ClientSendMessageMutation = { readonly sent: { readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null } } | null };

export type ClientEditMessageMutationVariables = Exact<{
  input: EditMessageInput;
}>;


export type ClientEditMessageMutation = { readonly changed: { readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null } } | null };

export type ClientDeleteMessageMutationVariables = Exact<{
  input: DeleteMessageInput;
}>;


export type ClientDeleteMessageMutation = { readonly changed: { readonly message: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly createdAt: string, readonly editedAt: string | null, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string }, readonly replyTo: { readonly id: string, readonly sequence: number | null, readonly text: string, readonly deletedAt: string | null, readonly sender: { readonly id: string, readonly handle: string, readonly name: string } } | null } } | null };

export type SessionPartsFragment = { readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly viewer: { readonly id: string, readonly handle: string, readonly name: string }, readonly endpoint: { readonly url: string, readonly httpUrl: string } };

export type ClientSignUpMutationVariables = Exact<{
  input: SignUpInput;
}>;


export type ClientSignUpMutation = { readonly session: { readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly viewer: { readonly id: string, readonly handle: string, readonly name: string }, readonly endpoint: { readonly url: string, readonly httpUrl: string } } | null };

export type ClientLogInMutationVariables = Exact<{
  input: LogInInput;
}>;


export type ClientLogInMutation = { readonly session: { readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly viewer: { readonly id: string, readonly handle: string, readonly name: string }, readonly endpoint: { readonly url: string, readonly httpUrl: string } } | null };

export type ClientRefreshSessionMutationVariables = Exact<{
  refreshToken: string;
}>;


export type ClientRefreshSessionMutation = { readonly session: { readonly accessToken: string, readonly accessTokenExpiresAt: string, readonly refreshToken: string, readonly viewer: { readonly id: string, readonly handle: string, readonly name: string }, readonly endpoint: { readonly url: string, readonly httpUrl: string } } | null };

export type ClientLogOutMutationVariables = Exact<{ [key: string]: never; }>;


export type ClientLogOutMutation = { readonly logOut: boolean | null };

export type ClientEndpointQueryVariables = Exact<{
  region?: string | null | undefined;
}>;


export type ClientEndpointQuery = { readonly endpoint: { readonly url: string, readonly httpUrl: string } };

export type UserPartsFragment = { readonly id: string, readonly handle: string, readonly name: string };

export type ClientUserQueryVariables = Exact<{
  handle: string;
}>;


export type ClientUserQuery = { readonly user: { readonly id: string, readonly handle: string, readonly name: string } | null };

export type ClientPresenceSubscriptionVariables = Exact<{
  userIds: ReadonlyArray<string> | string;
}>;


export type ClientPresenceSubscription = { readonly presence: { readonly user: { readonly id: string }, readonly presence: { readonly status: PresenceStatus, readonly lastSeenAt: string | null } } };

export type ClientHeartbeatMutationVariables = Exact<{ [key: string]: never; }>;


export type ClientHeartbeatMutation = { readonly heartbeat: { readonly status: PresenceStatus } | null };

export const ClientChannelsDocument = 'query ClientChannels($first: Int!, $after: String) { viewer { ...UserParts channels(first: $first, after: $after) { edges { node { ...ChannelParts } } pageInfo { hasNextPage endCursor } } } } fragment ChannelParts on Channel { id kind name delivery head unread membership { role readUpTo } members(first: 2) { totalCount edges { node { user { ...UserParts } } } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientChannelsQuery, ClientChannelsQueryVariables>;
export const ClientChannelDocument = 'query ClientChannel($id: ID!) { channel(id: $id) { ...ChannelParts } } fragment ChannelParts on Channel { id kind name delivery head unread membership { role readUpTo } members(first: 2) { totalCount edges { node { user { ...UserParts } } } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientChannelQuery, ClientChannelQueryVariables>;
export const ClientMembersDocument = 'query ClientMembers($id: ID!, $first: Int!, $after: String) { channel(id: $id) { members(first: $first, after: $after) { edges { node { role user { ...UserParts } } } pageInfo { hasNextPage endCursor } } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientMembersQuery, ClientMembersQueryVariables>;
export const ClientOpenDirectChannelDocument = 'mutation ClientOpenDirectChannel($input: OpenDirectChannelInput!) { opened: openDirectChannel(input: $input) { channel { ...ChannelParts } } } fragment ChannelParts on Channel { id kind name delivery head unread membership { role readUpTo } members(first: 2) { totalCount edges { node { user { ...UserParts } } } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientOpenDirectChannelMutation, ClientOpenDirectChannelMutationVariables>;
export const ClientCreateGroupDocument = 'mutation ClientCreateGroup($input: CreateGroupInput!) { created: createGroup(input: $input) { channel { ...ChannelParts } } } fragment ChannelParts on Channel { id kind name delivery head unread membership { role readUpTo } members(first: 2) { totalCount edges { node { user { ...UserParts } } } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientCreateGroupMutation, ClientCreateGroupMutationVariables>;
export const ClientAddMembersDocument = 'mutation ClientAddMembers($input: AddMembersInput!) { addMembers(input: $input) { channel { id } } }' as TypedDocument<ClientAddMembersMutation, ClientAddMembersMutationVariables>;
export const ClientRemoveMemberDocument = 'mutation ClientRemoveMember($input: RemoveMemberInput!) { removeMember(input: $input) { channel { id } } }' as TypedDocument<ClientRemoveMemberMutation, ClientRemoveMemberMutationVariables>;
export const ClientLeaveChannelDocument = 'mutation ClientLeaveChannel($input: LeaveChannelInput!) { leaveChannel(input: $input) { channel { id } } }' as TypedDocument<ClientLeaveChannelMutation, ClientLeaveChannelMutationVariables>;
export const ClientMarkReadDocument = 'mutation ClientMarkRead($input: MarkReadInput!) { markRead(input: $input) { membership { readUpTo channel { unread } } } }' as TypedDocument<ClientMarkReadMutation, ClientMarkReadMutationVariables>;
export const ClientSetTypingDocument = 'mutation ClientSetTyping($input: SetTypingInput!) { setTyping(input: $input) }' as TypedDocument<ClientSetTypingMutation, ClientSetTypingMutationVariables>;
export const ClientInboxDocument = 'subscription ClientInbox($after: [ChannelPosition!]) { inbox(after: $after) { ...EventParts } } fragment EventParts on ChannelEvent { __typename sequence at channel { id } ... on MessageSent { message { ...ClientMessageParts } } ... on MessageEdited { message { ...ClientMessageParts } } ... on MessageDeleted { message { ...ClientMessageParts } } ... on MemberJoined { membership { role user { ...UserParts } } } ... on MemberLeft { user { ...UserParts } newOwner { id } } ... on CheckpointMoved { membership { readUpTo } } ... on TypingChanged { typing user { ...UserParts } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientInboxSubscription, ClientInboxSubscriptionVariables>;
export const ClientUpdatesDocument = 'query ClientUpdates($after: [ChannelPosition!]!, $wait: Int!, $first: Int!) { updates(after: $after, wait: $wait, first: $first) { more events { ...EventParts } } } fragment EventParts on ChannelEvent { __typename sequence at channel { id } ... on MessageSent { message { ...ClientMessageParts } } ... on MessageEdited { message { ...ClientMessageParts } } ... on MessageDeleted { message { ...ClientMessageParts } } ... on MemberJoined { membership { role user { ...UserParts } } } ... on MemberLeft { user { ...UserParts } newOwner { id } } ... on CheckpointMoved { membership { readUpTo } } ... on TypingChanged { typing user { ...UserParts } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientUpdatesQuery, ClientUpdatesQueryVariables>;
export const ClientHistoryDocument = 'query ClientHistory($id: ID!, $last: Int!, $before: String) { channel(id: $id) { head messages(last: $last, before: $before) { edges { node { ...ClientMessageParts } } pageInfo { hasPreviousPage startCursor } } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientHistoryQuery, ClientHistoryQueryVariables>;
export const ClientSendMessageDocument = 'mutation ClientSendMessage($input: SendMessageInput!) { sent: sendMessage(input: $input) { message { ...ClientMessageParts } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientSendMessageMutation, ClientSendMessageMutationVariables>;
export const ClientEditMessageDocument = 'mutation ClientEditMessage($input: EditMessageInput!) { changed: editMessage(input: $input) { message { ...ClientMessageParts } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientEditMessageMutation, ClientEditMessageMutationVariables>;
export const ClientDeleteMessageDocument = 'mutation ClientDeleteMessage($input: DeleteMessageInput!) { changed: deleteMessage(input: $input) { message { ...ClientMessageParts } } } fragment ClientMessageParts on Message { id sequence text createdAt editedAt deletedAt sender { ...UserParts } replyTo { id sequence text deletedAt sender { ...UserParts } } } fragment UserParts on User { id handle name }' as TypedDocument<ClientDeleteMessageMutation, ClientDeleteMessageMutationVariables>;
export const ClientSignUpDocument = 'mutation ClientSignUp($input: SignUpInput!) { session: signUp(input: $input) { ...SessionParts } } fragment SessionParts on Session { accessToken accessTokenExpiresAt refreshToken viewer { ...UserParts } endpoint { url httpUrl } } fragment UserParts on User { id handle name }' as TypedDocument<ClientSignUpMutation, ClientSignUpMutationVariables>;
export const ClientLogInDocument = 'mutation ClientLogIn($input: LogInInput!) { session: logIn(input: $input) { ...SessionParts } } fragment SessionParts on Session { accessToken accessTokenExpiresAt refreshToken viewer { ...UserParts } endpoint { url httpUrl } } fragment UserParts on User { id handle name }' as TypedDocument<ClientLogInMutation, ClientLogInMutationVariables>;
export const ClientRefreshSessionDocument = 'mutation ClientRefreshSession($refreshToken: String!) { session: refreshSession(refreshToken: $refreshToken) { ...SessionParts } } fragment SessionParts on Session { accessToken accessTokenExpiresAt refreshToken viewer { ...UserParts } endpoint { url httpUrl } } fragment UserParts on User { id handle name }' as TypedDocument<ClientRefreshSessionMutation, ClientRefreshSessionMutationVariables>;
export const ClientLogOutDocument = 'mutation ClientLogOut { logOut }' as TypedDocument<ClientLogOutMutation, ClientLogOutMutationVariables>;
export const ClientEndpointDocument = 'query ClientEndpoint($region: String) { endpoint(region: $region) { url httpUrl } }' as TypedDocument<ClientEndpointQuery, ClientEndpointQueryVariables>;
export const ClientUserDocument = 'query ClientUser($handle: String!) { user(handle: $handle) { ...UserParts } } fragment UserParts on User { id handle name }' as TypedDocument<ClientUserQuery, ClientUserQueryVariables>;
export const ClientPresenceDocument = 'subscription ClientPresence($userIds: [ID!]!) { presence(userIds: $userIds) { user { id } presence { status lastSeenAt } } }' as TypedDocument<ClientPresenceSubscription, ClientPresenceSubscriptionVariables>;
export const ClientHeartbeatDocument = 'mutation ClientHeartbeat { heartbeat { status } }' as TypedDocument<ClientHeartbeatMutation, ClientHeartbeatMutationVariables>;