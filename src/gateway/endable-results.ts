import type { ExecutionResult } from 'graphql';

type Results = AsyncIterableIterator<ExecutionResult>;
type Next = IteratorResult<ExecutionResult>;

/**
 * A subscription's results until there are no more, or until somebody else ends them. An async generator would not do:
 * its `return()` waits for a pending `next()`; nor would a race with the end, which remembers every loser of a long stream.
 */
export class EndableResults implements Results {
  readonly #results: Results;
  readonly #release: () => void;
  #waiting: PromiseWithResolvers<Next> | null = null;
  #last: ExecutionResult | null = null;
  #ended = false;
  #isHeld = false;

  /** `release` is called once, when it has ended for whatever reason. */
  constructor(results: Results, release: () => void) {
    this.#results = results;
    this.#release = release;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** What has not been taken yet is dropped; `last`, where there is one, is the last that the reader gets. */
  end(last: ExecutionResult | null): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#last = last;
    this.#release();
    // The engine's results never reject; whatever does is of no interest to a reader that has gone.
    this.#results.return?.().catch(() => {});
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(this.#takeLast());
  }

  /** Gives nothing more, and does not end before {@link end}: a reader who is told of no end knows that there is more. */
  hold(): void {
    this.#isHeld = true;
    this.#results.return?.().catch(() => {});
  }

  next(): Promise<Next> {
    if (this.#ended) return Promise.resolve(this.#takeLast());
    const waiting = Promise.withResolvers<Next>();
    this.#waiting = waiting;
    this.#results.next().then(
      (result) => {
        if (this.#isHeld) return;
        if (result.done === true) this.end(null);
        else if (this.#waiting === waiting) this.#settle(result);
      },
      () => this.end(null),
    );
    return waiting.promise;
  }

  async return(): Promise<Next> {
    this.end(null);
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #settle(result: Next): void {
    this.#waiting?.resolve(result);
    this.#waiting = null;
  }

  #takeLast(): Next {
    const last = this.#last;
    this.#last = null;
    return last === null ? DONE : { done: false, value: last };
  }
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
