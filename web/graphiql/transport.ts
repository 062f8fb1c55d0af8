import type { FormattedExecutionResult } from 'graphql';
import { type Client, createClient } from 'graphql-ws';

export interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown> | undefined;
  readonly operationName?: string | null | undefined;
}

export type Result = FormattedExecutionResult<Record<string, unknown>, Record<string, unknown>>;

const ENDPOINT = new URL('/graphql', location.href);

/** One operation over HTTP. An answer that is not GraphQL becomes an error with the status in it. */
export async function post(operation: Operation, accessToken: string | null, headers = {}): Promise<Result> {
  const response = await fetch(ENDPOINT, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
      ...headers,
    },
    body: JSON.stringify(operation),
  });
  const body = await response.text();
  try {
    return JSON.parse(body);
  } catch {
    throw new Error(`The server answered ${response.status} ${response.statusText}: ${body.slice(0, 500)}`);
  }
}

/**
 * The socket for subscriptions: opened with the first of them, closed after the last. `renew` sends the present token to an open
 * socket, which keeps it open when the old one expires.
 */
export function connect(accessToken: () => string | null): { readonly client: Client; renew(): void } {
  const url = new URL(ENDPOINT);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const payload = () => {
    const token = accessToken();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };
  let socket: WebSocket | null = null;
  const client = createClient({
    url: url.href,
    connectionParams: payload,
    // A subscription that starts again would repeat what has been shown; the person at the page decides about that.
    retryAttempts: 0,
    on: {
      opened: (opened) => {
        socket = opened as WebSocket;
      },
      closed: () => {
        socket = null;
      },
    },
  });
  return {
    client,
    renew: () => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: 'ping', payload: payload() }));
    },
  };
}
