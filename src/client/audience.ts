import { asParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { CallRequest, Calls, Method, News, Port, Reply, Request } from './port.ts';

/** {@link Calls}, answered in time and knowing who asks. */
export type AsyncCalls = {
  readonly [Name in Method]: (...given: [...Parameters<Calls[Name]>, port: Port]) => Promise<ReturnType<Calls[Name]>>;
};

/** The tabs that an agent works for: answers what each asks, and tells all of them the news. */
export class Audience {
  readonly #calls: AsyncCalls;
  readonly #left: (port: Port) => void;
  readonly #ports = new Set<Port>();
  #news: News[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(calls: AsyncCalls, left: (port: Port) => void) {
    this.#calls = calls;
    this.#left = left;
  }

  join(port: Port): void {
    port.listen((message) => {
      const request = message as Request;
      if (request.kind === 'leave') this.leave(port);
      else void this.#answer(port, request);
    });
  }

  leave(port: Port): void {
    this.#ports.delete(port);
    this.#left(port);
    port.close();
  }

  /** Soon, many at a time: a tab that catches up draws once for all of them. */
  tell(news: News): void {
    this.#news.push(news);
    this.#timer ??= setTimeout(() => this.#flush(), CLIENT_LIMITS.gatherMs);
  }

  close(): void {
    this.#flush();
    for (const port of this.#ports) port.close();
    this.#ports.clear();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const news = this.#news;
    this.#news = [];
    if (news.length === 0) return;
    for (const port of this.#ports) port.post({ kind: 'news', news } satisfies Reply);
  }

  async #answer(port: Port, { id, method, arguments: given }: CallRequest): Promise<void> {
    try {
      const call = this.#calls[method] as (...given: readonly unknown[]) => Promise<unknown>;
      const value = await call(...given, port);
      // What has happened before the answer is told before it; what a tab has attached to is whole from then on.
      this.#flush();
      if (method === 'attach') this.#ports.add(port);
      port.post({ kind: 'answer', id, value } satisfies Reply);
    } catch (error) {
      const { code, message, field, retryAfterMs } = asParleyError(error);
      port.post({ kind: 'refusal', id, code, message, field, retryAfterMs } satisfies Reply);
    }
  }
}
