import { errorFrom, type WireError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { endFrom, type LinkEnd } from './link.ts';
import { headersOf } from './request.ts';

export interface EventStreamOptions {
  readonly url: string;
  readonly accessToken: string;
  readonly query: string;
  readonly variables: object;
  readonly signal: AbortSignal;
  /** Called when something has come, which says that nobody on the way holds the stream back. */
  readonly heard: () => void;
  readonly next: (data: Readonly<Record<string, unknown>>) => void;
}

interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly WireError[];
}

/** One subscription over server-sent events, one request each. Resolves to why it is over, and never rejects. */
export async function readEventStream(options: EventStreamOptions): Promise<LinkEnd> {
  const { url, accessToken, query, variables, signal } = options;
  const abort = new AbortController();
  const end = (): void => abort.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  let silence = setTimeout(end, CLIENT_LIMITS.openMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: headersOf(accessToken, 'text/event-stream'),
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
      credentials: 'omit',
    });
    if (!response.ok || response.body === null) return endOfStatus(response.status);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'moved';
      clearTimeout(silence);
      silence = setTimeout(end, CLIENT_LIMITS.streamSilenceMs);
      options.heard();
      const blocks = `${rest}${value}`.replaceAll('\r\n', '\n').split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const error = take(block, options);
        if (error !== undefined) return endFrom(errorFrom(error));
      }
    }
  } catch {
    return signal.aborted ? 'closed' : 'lost';
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', end);
    abort.abort();
  }
}

/** What the server has against it, where there is something. */
function take(block: string, { next }: EventStreamOptions): WireError | undefined {
  if (!/^event: ?next$/m.test(block)) return undefined;
  const text = block
    .split('\n')
    .filter((line) => line.startsWith('data:'))
    .map((line) => line.slice('data:'.length))
    .join('\n');
  const { data, errors } = JSON.parse(text) as Result;
  if (errors?.[0] === undefined && data) next(data);
  return errors?.[0];
}

function endOfStatus(status: number): LinkEnd {
  if (status === 401) return 'expired';
  return status === 429 ? 'busy' : 'lost';
}
