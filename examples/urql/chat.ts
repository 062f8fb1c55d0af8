import { Client, fetchExchange, gql, subscriptionExchange, type TypedDocumentNode } from '@urql/core';
import { type Cache, cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Sink } from 'graphql-ws';
import { type Chat, type ChatOptions, inOrder, type Message, newestSequence, pendingMessage } from '../common/chat.ts';
import * as operations from '../common/operations.ts';
import { patientFetch } from '../common/patient-fetch.ts';
import { resumingSocket } from '../common/resuming-socket.ts';

const HISTORY: TypedDocumentNode<operations.HistoryData, operations.HistoryVariables> = gql(operations.HISTORY);
const EVENTS: TypedDocumentNode<operations.EventsData, operations.EventsVariables> = gql(operations.EVENTS);
const SEND: TypedDocumentNode<operations.SendData, operations.SendVariables> = gql(operations.SEND);

/** Parts of what they stand in: the cache knows the others by their id. */
const WITHOUT_ID = [
  ...['MessageConnection', 'MessageEdge', 'PageInfo', 'MessagePayload'],
  ...[
    'MessageSent',
    'MessageEdited',
    'MessageDeleted',
    'MemberJoined',
    'MemberLeft',
    'CheckpointMoved',
    'TypingChanged',
    'ChannelCreated',
  ],
];

/** One channel with urql: its normalised cache is the only place where messages are kept. */
export async function openChat({ session, channelId }: ChatOptions): Promise<Chat> {
  const socket = resumingSocket(session);
  const newest = { id: channelId, before: null };
  let connection: NonNullable<operations.HistoryData['channel']>['messages'] | undefined;
  const messages = (): readonly Message[] => inOrder(connection?.edges.map(({ node }) => node) ?? []);

  /** To the end of the newest page, which is that of the list. */
  const addMessage = (cache: Cache, message: Message): void => {
    cache.updateQuery({ query: HISTORY, variables: newest }, (data) => {
      if (!data?.channel || data.channel.messages.edges.some(({ node }) => node.id === message.id)) return data;
      const { channel } = data;
      const edges = [...channel.messages.edges, { __typename: 'MessageEdge', cursor: '', node: message }];
      return { ...data, channel: { ...channel, messages: { ...channel.messages, edges } } };
    });
  };

  const client = new Client({
    url: session.url,
    fetch: patientFetch(session),
    preferGetMethod: false,
    exchanges: [
      cacheExchange({
        possibleTypes: operations.POSSIBLE_TYPES,
        keys: Object.fromEntries(WITHOUT_ID.map((type) => [type, () => null])),
        // Pages become one list by the helper that urql brings.
        resolvers: { Channel: { messages: relayPagination() } },
        optimistic: {
          sendMessage: ({ input }) => {
            const { text, nonce } = input as operations.SendVariables['input'];
            return { __typename: 'MessagePayload', message: pendingMessage(text, nonce, session, messages()) };
          },
        },
        updates: {
          Mutation: {
            sendMessage: ({ sendMessage }: Partial<operations.SendData>, _, cache) => {
              if (sendMessage) addMessage(cache, sendMessage.message);
            },
          },
          Subscription: {
            channel: ({ channel }: Partial<operations.EventsData>, _, cache) => {
              if (channel?.message) addMessage(cache, channel.message);
            },
          },
        },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {} }) => ({
          subscribe: (sink) => ({ unsubscribe: socket.subscribe({ query, variables }, sink as Sink) }),
        }),
      }),
    ],
  });

  const listeners = new Set<() => void>();
  /** What has been read before is shown with it: the cache puts the pages together. */
  const read = async (variables: operations.HistoryVariables): Promise<() => void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { unsubscribe } = client.query(HISTORY, variables).subscribe(({ data, error }) => {
      if (error) return reject(error);
      connection = data?.channel?.messages;
      resolve();
      for (const listener of listeners) listener();
    });
    await promise;
    return unsubscribe;
  };
  let stopReading = await read(newest);
  const events = client.subscription(EVENTS, { id: channelId, after: newestSequence(messages()) }).subscribe(() => {});

  return {
    get messages() {
      return messages();
    },
    get hasOlder() {
      return connection?.pageInfo.hasPreviousPage ?? false;
    },
    async loadOlder() {
      const stop = await read({ id: channelId, before: connection?.pageInfo.startCursor ?? null });
      stopReading();
      stopReading = stop;
    },
    async send(text) {
      const input = { channelId, text, nonce: crypto.randomUUID() };
      const { error } = await client.mutation(SEND, { input });
      if (error) throw error;
    },
    watch: (listener) => void listeners.add(listener),
    close() {
      stopReading();
      events.unsubscribe();
    },
  };
}
