import type { TypedDocument } from '../../schema/generated/client.ts';
import { errorFrom, ParleyError, type WireError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';

export interface RequestOptions {
  readonly url: string;
  /** Null for what needs none, such as a log-in. */
  readonly accessToken: string | null;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

interface Body<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly WireError[];
}

/**
 * One query or mutation over HTTP. Rejects with a {@link ParleyError}: the first of the answer's errors; UNAVAILABLE where none came, so that
 * nobody knows whether a mutation was carried out.
 */
export async function request<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  { url, accessToken, signal, timeoutMs = CLIENT_LIMITS.requestMs }: RequestOptions,
): Promise<Result> {
  const abort = new AbortController();
  const end = (): void => abort.abort();
  const timer = setTimeout(end, timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  if (signal?.aborted) end();
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: headersOf(accessToken, 'application/json'),
      body: JSON.stringify({ query: document, variables }),
      signal: abort.signal,
      credentials: 'omit',
    });
    const { data, errors } = (await response.json()) as Body<Result>;
    const error = errors?.[0];
    if (error !== undefined) throw errorFrom(error);
    if (data === undefined || data === null) throw new Error(`The server answered ${response.status} without data.`);
    return data;
  } catch (error) {
    if (error instanceof ParleyError) throw error;
    throw new ParleyError('UNAVAILABLE', 'The server could not be reached.', { cause: error });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

export function headersOf(accessToken: string | null, accept: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept,
    ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
  };
}
