import type { Dialect, Publication, Seat } from './dialect.ts';
import { createGraphqlDialect } from './graphql-transport-ws.ts';

const EVENT = `sequence ... on MessageSent { message { id text createdAt sender { id name } channel { id } } }`;
const CHANNEL = `subscription OnMessage($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${EVENT} } }`;
const INBOX = `subscription OnMessage($after: [ChannelPosition!]) { inbox(after: $after) { ${EVENT} } }`;
const SEND = `mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id createdAt } } }`;

const authorization = (token: string): string => `Bearer ${token}`;

const publish = ({ group, body, nonce }: Publication) => ({
  query: SEND,
  operationName: 'Send',
  variables: { input: { channelId: group, text: body, nonce } },
});

const common = {
  initialise: ({ token }: Seat) => ({ authorization: authorization(token) }),
  publish,
  httpHeaders: (token: string) => ({ authorization: authorization(token) }),
};

export const PARLEY_CHANNEL: Dialect = createGraphqlDialect({
  ...common,
  subscribe: ({ group, after }) => ({
    query: CHANNEL,
    operationName: 'OnMessage',
    variables: after === null ? { id: group } : { id: group, after },
  }),
});

export const PARLEY_INBOX: Dialect = createGraphqlDialect({
  ...common,
  subscribe: ({ group, after }) => ({
    query: INBOX,
    operationName: 'OnMessage',
    variables: after === null ? {} : { after: [{ channelId: group, sequence: after }] },
  }),
});
