import { until } from './until.ts';

export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A subscription over server-sent events, and all that has come of it. */
export class EventSource implements AsyncDisposable {
  readonly events: SentEvent[] = [];
  readonly status: number;
  ended = false;
  /** The connection broke instead of ending. */
  broken = false;
  readonly #abort: AbortController;

  private constructor(response: Response, abort: AbortController) {
    this.status = response.status;
    this.#abort = abort;
    this.#read(response).catch(() => {
      this.broken = true;
    });
  }

  static async open(
    url: string,
    token: string,
    query: string,
    variables: Record<string, unknown> = {},
    method: 'GET' | 'POST' = 'POST',
  ): Promise<EventSource> {
    const abort = new AbortController();
    const headers: Record<string, string> = { accept: 'text/event-stream', authorization: `Bearer ${token}` };
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const post = { method, body: JSON.stringify({ query, variables }) };
    const response =
      method === 'GET'
        ? await fetch(`${url}?${search}`, { headers, signal: abort.signal })
        : await fetch(url, {
            ...post,
            headers: { ...headers, 'content-type': 'application/json' },
            signal: abort.signal,
          });
    return new EventSource(response, abort);
  }

  /** What the root field has been so far. */
  results<Value>(field: string): readonly Value[] {
    return this.events.flatMap(({ event, data }) => {
      const value = (data as { data?: Record<string, Value> | null } | null)?.data?.[field];
      return event !== 'next' || value === undefined || value === null ? [] : [value];
    });
  }

  end(withinMs?: number): Promise<boolean> {
    return until('the stream to end', () => this.ended || this.broken, withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort();
    await this.end();
  }

  async #read(response: Response): Promise<void> {
    let waiting = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const blocks = `${waiting}${decoder.decode(chunk, { stream: true })}`.split('\n\n');
      waiting = blocks.pop() ?? '';
      for (const block of blocks) this.#take(block);
    }
    this.ended = true;
  }

  #take(block: string): void {
    const event = /^event: ?(.*)$/m.exec(block)?.[1];
    const data = /^data: ?(.*)$/m.exec(block)?.[1] ?? '';
    if (event !== undefined) this.events.push({ event, data: data === '' ? null : JSON.parse(data) });
  }
}
