import type { Sink } from 'graphql-ws';
import {
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getRequest,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
} from 'relay-runtime';
import { type Chat, type ChatOptions, inOrder, type Message, newestSequence, pendingMessage } from '../common/chat.ts';
import { patientFetch } from '../common/patient-fetch.ts';
import { resumingSocket } from '../common/resuming-socket.ts';
import events, { type operationsEventsSubscription } from './generated/operationsEventsSubscription.graphql.ts';
import history, { type operationsHistoryQuery } from './generated/operationsHistoryQuery.graphql.ts';
import send, { type operationsSendMutation } from './generated/operationsSendMutation.graphql.ts';

/** One channel with Relay: its store is the only place where messages are kept. */
export async function openChat({ session, channelId }: ChatOptions): Promise<Chat> {
  const socket = resumingSocket(session);
  const patient = patientFetch(session);
  const environment = new Environment({
    store: new Store(new RecordSource()),
    network: Network.create(
      async ({ text }, variables) => {
        const headers = { 'content-type': 'application/json' };
        const body = JSON.stringify({ query: text, variables });
        return (await patient(session.url, { method: 'POST', headers, body })).json();
      },
      ({ text }, variables) =>
        Observable.create((sink) => socket.subscribe({ query: text ?? '', variables }, sink as Sink)),
    ),
  });

  const page = (before: string | null): Promise<unknown> =>
    fetchQuery<operationsHistoryQuery>(environment, history, { id: channelId, before }).toPromise();
  await page(null);

  // The list begins with the newest page; the handler of `@connection` puts the older ones before it.
  const newest = createOperationDescriptor(getRequest(history), { id: channelId, before: null });
  const retained = environment.retain(newest);
  const listeners = new Set<() => void>();
  let snapshot = environment.lookup(newest.fragment);
  const watching = environment.subscribe(snapshot, (changed) => {
    snapshot = changed;
    for (const listener of listeners) listener();
  });
  const connection = () => (snapshot.data as unknown as operationsHistoryQuery['response']).channel?.messages;
  const messages = (): readonly Message[] => inOrder(connection()?.edges.map(({ node }) => node as Message) ?? []);

  const connections = [connection()?.__id ?? ''];
  const listening = requestSubscription<operationsEventsSubscription>(environment, {
    subscription: events,
    variables: { id: channelId, after: newestSequence(messages()), connections },
  });

  return {
    get messages() {
      return messages();
    },
    get hasOlder() {
      return connection()?.pageInfo.hasPreviousPage ?? false;
    },
    async loadOlder() {
      await page(connection()?.pageInfo.startCursor ?? null);
    },
    send(text) {
      const nonce = crypto.randomUUID();
      const optimisticResponse = { sendMessage: { message: pendingMessage(text, nonce, session, messages()) } };
      return new Promise<void>((resolve, reject) => {
        commitMutation<operationsSendMutation>(environment, {
          mutation: send,
          variables: { input: { channelId, text, nonce }, connections },
          optimisticResponse,
          onCompleted: (_, errors) => (errors?.[0] ? reject(new Error(errors[0].message)) : resolve()),
          onError: reject,
        });
      });
    },
    watch: (listener) => void listeners.add(listener),
    close() {
      watching.dispose();
      listening.dispose();
      retained.dispose();
    },
  };
}
