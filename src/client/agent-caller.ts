import { ParleyError } from './error.ts';
import type { CallRequest, Calls, Method, News, Port, Reply, Request, Snapshot } from './port.ts';

interface Call {
  readonly request: CallRequest;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface AgentCallerOptions {
  readonly attached: (snapshot: Snapshot) => void;
  readonly news: (news: readonly News[]) => void;
}

/** A tab's side of a port. What one agent did not answer is asked of the next, since all of it may be asked again. */
export class AgentCaller {
  readonly #options: AgentCallerOptions;
  readonly #calls = new Map<number, Call>();
  #port: Port | null = null;
  #lastId = 0;
  #closed = false;

  constructor(options: AgentCallerOptions) {
    this.#options = options;
  }

  /** This agent works for the tab from now on. */
  use(port: Port): void {
    this.#port?.close();
    this.#port = port;
    if (this.#closed) {
      port.close();
      return;
    }
    port.listen((message) => {
      if (this.#port === port) this.#take(message as Reply);
    });
    const waiting = [...this.#calls.values()].filter(({ request }) => request.method !== 'attach');
    this.#calls.clear();
    for (const call of waiting) this.#calls.set(call.request.id, call);
    this.call('attach').then(
      (snapshot) => this.#options.attached(snapshot),
      () => {},
    );
    for (const { request } of waiting) port.post(request);
  }

  call<Name extends Method>(method: Name, ...given: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    if (this.#closed) return Promise.reject(new ParleyError('UNAVAILABLE', 'The client has been closed.'));
    this.#lastId += 1;
    const request: CallRequest = { kind: 'call', id: this.#lastId, method, arguments: given };
    return new Promise((resolve, reject) => {
      this.#calls.set(request.id, { request, resolve: resolve as (value: unknown) => void, reject });
      this.#port?.post(request);
    });
  }

  close(): void {
    this.#closed = true;
    this.#port?.post({ kind: 'leave' } satisfies Request);
    for (const { reject } of this.#calls.values())
      reject(new ParleyError('UNAVAILABLE', 'The client has been closed.'));
    this.#calls.clear();
  }

  #take(reply: Reply): void {
    if (reply.kind === 'news') {
      this.#options.news(reply.news);
      return;
    }
    const call = this.#calls.get(reply.id);
    this.#calls.delete(reply.id);
    if (reply.kind === 'answer') call?.resolve(reply.value);
    else call?.reject(new ParleyError(reply.code, reply.message, reply));
  }
}
