import type { GraphiQLProps } from 'graphiql';
import { getOperationAST } from 'graphql';
import type { Client } from 'graphql-ws';
import { fill, remember } from './placeholders.ts';
import { type Operation, post } from './transport.ts';

type Fetcher = GraphiQLProps['fetcher'];

const RESULTS_SHOWN_MAX = 50;
const REFRESH_MS = 100;

export interface FetcherOptions {
  readonly accessToken: () => string | null;
  readonly client: Client;
  /** Called with the data of every answer that came over HTTP. */
  readonly answered: (data: Record<string, unknown>) => void;
}

/** Queries and mutations over HTTP, subscriptions over the WebSocket, both with the session's token. */
export function createFetcher({ accessToken, client, answered }: FetcherOptions): Fetcher {
  const send = async (...[params, options]: Parameters<Fetcher>): Promise<unknown> => {
    const operation: Operation = {
      ...params,
      variables: fill(params.variables) as Record<string, unknown> | undefined,
    };
    const kind = options?.documentAST && getOperationAST(options.documentAST, params.operationName)?.operation;
    if (kind === 'subscription') return events(client, operation);
    const result = await post(operation, accessToken(), options?.headers);
    if (result.data) {
      remember(result.data);
      answered(result.data);
    }
    return result;
  };
  // GraphiQL would show what is thrown with its stack.
  const run = (...request: Parameters<Fetcher>): Promise<unknown> =>
    send(...request).catch((error: Error) => ({ errors: [{ message: error.message }] }));
  return run as Fetcher;
}

/** Shows the newest results first, since one alone would be gone before it is read. Ends with the server's last word. */
async function* events(client: Client, operation: Operation): AsyncGenerator<Record<string, unknown>> {
  const shown: unknown[] = [];
  let count = 0;
  let changed = Promise.withResolvers<void>();
  let end: { readonly complete: true } | { readonly closed: string } | null = null;
  const finish = (how: NonNullable<typeof end>): void => {
    end ??= how;
    changed.resolve();
  };
  const stop = client.subscribe<Record<string, unknown>, Record<string, unknown>>(
    { query: operation.query, variables: operation.variables ?? null, operationName: operation.operationName ?? null },
    {
      next: (result) => {
        count += 1;
        shown.unshift(result);
        shown.length = Math.min(shown.length, RESULTS_SHOWN_MAX);
        changed.resolve();
      },
      error: (error) => finish({ closed: describe(error) }),
      complete: () => finish({ complete: true }),
    },
  );
  try {
    yield { subscription: 'waiting for events' };
    while (end === null) {
      await changed.promise;
      // A burst is drawn once: the editor takes longer to show a result than the socket to bring it.
      await new Promise((resolve) => setTimeout(resolve, REFRESH_MS));
      changed = Promise.withResolvers();
      yield { received: count, ...(end ?? {}), newestFirst: [...shown] };
    }
  } finally {
    stop();
  }
}

function describe(error: unknown): string {
  if (error instanceof CloseEvent) return `the socket was closed: ${error.code} ${error.reason}`;
  if (Array.isArray(error)) return JSON.stringify(error);
  return error instanceof Error ? error.message : 'the socket could not be opened';
}
