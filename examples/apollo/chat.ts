import {
  type ApolloCache,
  ApolloClient,
  ApolloLink,
  gql,
  HttpLink,
  InMemoryCache,
  type TypedDocumentNode,
} from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { relayStylePagination } from '@apollo/client/utilities';
import { OperationTypeNode } from 'graphql';
import { type Chat, type ChatOptions, inOrder, type Message, newestSequence, pendingMessage } from '../common/chat.ts';
import * as operations from '../common/operations.ts';
import { patientFetch } from '../common/patient-fetch.ts';
import { resumingSocket } from '../common/resuming-socket.ts';

const HISTORY: TypedDocumentNode<operations.HistoryData, operations.HistoryVariables> = gql(operations.HISTORY);
const EVENTS: TypedDocumentNode<operations.EventsData, operations.EventsVariables> = gql(operations.EVENTS);
const SEND: TypedDocumentNode<operations.SendData, operations.SendVariables> = gql(operations.SEND);

/** One channel with Apollo Client: its cache is the only place where messages are kept. */
export async function openChat({ session, channelId }: ChatOptions): Promise<Chat> {
  const socket = resumingSocket(session);
  const client = new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      new HttpLink({ uri: session.url, fetch: patientFetch(session) }),
    ),
    cache: new InMemoryCache({
      possibleTypes: operations.POSSIBLE_TYPES,
      // Pages become one list by the helper that Apollo Client brings.
      typePolicies: { Channel: { fields: { messages: relayStylePagination() } } },
    }),
  });

  const which = { query: HISTORY, variables: { id: channelId } };
  await client.query(which);
  const connection = () => client.readQuery({ ...which, optimistic: true })?.channel?.messages;
  const messages = (): readonly Message[] => inOrder(connection()?.edges.map(({ node }) => node) ?? []);

  const history = client.watchQuery(which);
  const listeners = new Set<() => void>();
  const watching = history.subscribe(() => {
    for (const listener of listeners) listener();
  });
  const events = client
    .subscribe({ query: EVENTS, variables: { id: channelId, after: newestSequence(messages()) } })
    .subscribe(({ data }) => {
      const message = data?.channel.message;
      if (message !== undefined) addMessage(client.cache, channelId, message);
    });

  return {
    get messages() {
      return messages();
    },
    get hasOlder() {
      return connection()?.pageInfo.hasPreviousPage ?? false;
    },
    async loadOlder() {
      await history.fetchMore({ variables: { before: connection()?.pageInfo.startCursor ?? null } });
    },
    async send(text) {
      const nonce = crypto.randomUUID();
      await client.mutate({
        mutation: SEND,
        variables: { input: { channelId, text, nonce } },
        optimisticResponse: { sendMessage: { message: pendingMessage(text, nonce, session, messages()) } },
        update(cache, { data }) {
          if (data) addMessage(cache, channelId, data.sendMessage.message);
        },
      });
    },
    watch: (listener) => void listeners.add(listener),
    close() {
      watching.unsubscribe();
      events.unsubscribe();
      client.stop();
    },
  };
}

function addMessage(cache: ApolloCache, channelId: string, message: Message): void {
  cache.updateQuery({ query: HISTORY, variables: { id: channelId } }, (data) => {
    if (!data?.channel || data.channel.messages.edges.some(({ node }) => node.id === message.id)) return data;
    const { channel } = data;
    const edges = [...channel.messages.edges, { __typename: 'MessageEdge', cursor: '', node: message }];
    return { ...data, channel: { ...channel, messages: { ...channel.messages, edges } } };
  });
}
