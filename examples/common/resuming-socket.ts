import { type Client, createClient, type Sink } from 'graphql-ws';
import { beforeRetry } from './patience.ts';
import { Positions } from './positions.ts';
import { errorOf } from './post.ts';
import type { Session } from './session.ts';

const PING_EVERY_MS = 10_000;
const PONG_MS_MAX = 5_000;

/**
 * One socket for every subscription, as a client of graphql-ws that Apollo Client, urql and Relay take. Whatever happens to the network and to the
 * node, a subscription goes on where it was: `after` is the newest position that has come, not what it was at first. For that its document selects
 * `sequence`, and that of an `inbox` the channel's `id` too.
 */
export function resumingSocket(session: Session): Client {
  const client = openSocket(session);
  return { ...client, subscribe: resumingSubscribe(client) };
}

function resumingSubscribe(client: Client): Client['subscribe'] {
  return (payload, sink: Sink) => {
    const positions = new Positions(payload.variables?.['after']);
    const variables = {
      ...payload.variables,
      // Read each time when the socket subscribes: at first, and after every cut.
      get after() {
        return positions.after;
      },
    };
    let tries = 0;
    let isStopped = false;
    let stop = (): void => {};
    const begin = (): void => {
      if (isStopped) return;
      let isPassing = false;
      stop = client.subscribe(
        { ...payload, variables },
        {
          next(result) {
            isPassing = errorOf(result)?.passes ?? false;
            if (isPassing) return;
            tries = 0;
            positions.take(result.data);
            sink.next(result);
          },
          error: (error) => sink.error(error),
          complete() {
            if (isPassing) beforeRetry(tries++).then(begin);
            else sink.complete();
          },
        },
      );
    };
    begin();
    return () => {
      isStopped = true;
      stop();
    };
  };
}

function openSocket(session: Session): Client {
  let silence: ReturnType<typeof setTimeout> | undefined;
  const client = createClient({
    url: () => session.socketUrl(),
    connectionParams: async () => ({ authorization: `Bearer ${await session.accessToken()}` }),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: beforeRetry,
    keepAlive: PING_EVERY_MS,
    on: {
      // A network that is gone says nothing: a node that does not answer is left.
      ping: (isReceived) => {
        if (!isReceived) silence = setTimeout(() => client.terminate(), PONG_MS_MAX);
      },
      pong: () => clearTimeout(silence),
      closed: () => clearTimeout(silence),
    },
  });
  return client;
}
