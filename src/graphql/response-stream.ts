import { setImmediate } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Answer } from './answer.ts';
import type { EventSource } from './event-source.ts';
import { Payload } from './payload.ts';

/** How a subscription's events are answered. */
export interface Answers {
  answer(event: unknown): Answer;
  /** What an error of the source or of an execution becomes: the last result. */
  failed(error: unknown): ExecutionResult;
}

/** A reader that is far behind is served from memory and store without a pause: others get their turn after so many results. */
export const RESULTS_PER_TURN = 16;

/**
 * The answers to a subscription's events, in order: by {@link ResponseStream.take} for whoever has many readers to serve, or as an
 * iterator. Never fails: an error is the last result, then there are no more. An async generator would not do, since its `return()`
 * waits for the `next()` that is pending.
 */
export class ResponseStream implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: EventSource;
  readonly #answers: Answers;
  /** To the event that was taken last. */
  #answer: Answer | null = null;
  #isEnded = false;
  #wake: (() => void) | null = null;
  #results = 0;

  constructor(source: EventSource, answers: Answers) {
    this.#source = source;
    this.#answers = answers;
  }

  /** True once there is nothing more to take, and never will be. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The next payload, where it is there now; else null, and `wake`, which must not throw, is called when it is worth asking again. */
  take(wake: () => void): Payload | null {
    if (this.#isEnded) return null;
    this.#wake = wake;
    try {
      this.#answer ??= this.#next(wake);
      const payload = this.#answer?.take(wake) ?? null;
      if (payload !== null) this.#answer = null;
      return payload;
    } catch (error) {
      this.#wake = null;
      this.#end();
      return new Payload(this.#answers.failed(error));
    }
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    this.#results += 1;
    if (this.#results % RESULTS_PER_TURN === 0) await setImmediate();
    for (;;) {
      const waiting = Promise.withResolvers<void>();
      const payload = this.take(waiting.resolve);
      if (payload !== null) return { done: false, value: payload.written };
      if (this.#isEnded) return DONE;
      await waiting.promise;
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.#end();
    return DONE;
  }

  /** graphql-ws takes for a generator only what has it. */
  async throw(): Promise<IteratorResult<ExecutionResult>> {
    return this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #next(wake: () => void): Answer | null {
    const event = this.#source.take(wake);
    if (event !== null) return this.#answers.answer(event);
    if (this.#source.isEnded) this.#isEnded = true;
    return null;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#answer = null;
    // Whoever ends it is not there to be told of what goes wrong.
    this.#source.return?.().catch(() => {});
    this.#wake?.();
  }
}

const DONE: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });
