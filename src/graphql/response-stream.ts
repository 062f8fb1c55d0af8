import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';

export interface ResponseStreamOptions {
  readonly source: AsyncIterator<unknown>;
  readonly execute: (event: unknown) => Promise<ExecutionResult> | ExecutionResult;
  /** What an error of the source or of an execution becomes: the last result. */
  readonly failed: (error: unknown) => ExecutionResult;
}

/** A reader that is far behind is served from memory and store without a pause: others get their turn after so many results. */
const RESULTS_PER_TURN = 16;

/**
 * The results of a subscription's events. Never rejects: an error is the last result, then there are no more. An async
 * generator would not do, since its `return()` waits for the `next()` that is pending.
 */
export class ResponseStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #options: ResponseStreamOptions;
  #ended = false;
  #results = 0;

  constructor(options: ResponseStreamOptions) {
    this.#options = options;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#ended) return DONE;
    try {
      this.#results += 1;
      if (this.#results % RESULTS_PER_TURN === 0) await setImmediate();
      const { done, value } = await this.#options.source.next();
      if (done === true || this.#ended) {
        this.#ended = true;
        return DONE;
      }
      const result = await this.#options.execute(value);
      return this.#ended ? DONE : { done: false, value: result };
    } catch (error) {
      if (this.#ended) return DONE;
      await this.return();
      return { done: false, value: this.#options.failed(error) };
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#ended = true;
    try {
      await this.#options.source.return?.();
    } catch {
      // Whoever returns is no longer there to be told.
    }
    return DONE;
  }

  /** graphql-ws takes for a generator only what has it. */
  async throw(): Promise<IteratorResult<ExecutionResult>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
