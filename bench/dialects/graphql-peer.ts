import type { Dialect } from './dialect.ts';
import { createGraphqlDialect } from './graphql-transport-ws.ts';

const SUBSCRIPTION =
  'subscription OnMessage($channelId: ID!) { messageAdded(channelId: $channelId) { id channelId text createdAt sender { id name } } }';
const MUTATION =
  'mutation Send($channelId: ID!, $text: String!) { sendMessage(channelId: $channelId, text: $text) { id createdAt } }';

/** The chat that every GraphQL peer serves: no users, nothing stored. The raw server answers just enough of the same. */
export const GRAPHQL_PEER: Dialect = createGraphqlDialect({
  initialise: () => undefined,
  subscribe: ({ group }) => ({
    query: SUBSCRIPTION,
    operationName: 'OnMessage',
    variables: { channelId: group },
  }),
  publish: ({ group, body }) => ({
    query: MUTATION,
    operationName: 'Send',
    variables: { channelId: group, text: body },
  }),
  httpHeaders: () => ({}),
});
