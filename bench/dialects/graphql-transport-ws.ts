import type { Dialect, Meaning, Publication, Seat } from './dialect.ts';

interface Payload {
  readonly query: string;
  readonly operationName: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface GraphqlDialectOptions {
  readonly initialise: (seat: Seat) => object | undefined;
  readonly subscribe: (seat: Seat) => Payload;
  readonly publish: (publication: Publication) => Payload;
  readonly httpHeaders: (token: string) => Readonly<Record<string, string>>;
}

const PING = '{"type":"ping"}';

/** The protocol of graphql-ws. It does not acknowledge a subscription: the answer to a ping behind it stands for that. */
export function createGraphqlDialect(options: GraphqlDialectOptions): Dialect {
  return {
    socketPath: '/graphql',
    subprotocol: 'graphql-transport-ws',
    initialise: (seat) => JSON.stringify({ type: 'connection_init', payload: options.initialise(seat) }),
    subscribe: (seat) => [
      JSON.stringify({ type: 'subscribe', id: seat.operationId, payload: options.subscribe(seat) }),
      PING,
    ],
    meanings: (frame) => [meaningOf(frame)],
    pong: '{"type":"pong"}',
    joinsMessages: false,
    httpPath: '/graphql',
    httpHeaders: options.httpHeaders,
    httpBody: (publication) => JSON.stringify(options.publish(publication)),
    socketPublish: (operationId, publication) =>
      JSON.stringify({ type: 'subscribe', id: operationId, payload: options.publish(publication) }),
  };
}

function meaningOf(frame: string): Meaning {
  if (frame.includes('"errors"') || frame.includes('"type":"error"')) return 'refused';
  if (frame.includes('connection_ack')) return 'acknowledged';
  if (frame.includes('"type":"pong"')) return 'subscribed';
  if (frame.includes('"type":"ping"')) return 'ping';
  return frame.includes('"type":"complete"') ? 'completed' : 'other';
}
