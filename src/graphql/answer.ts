import type { Payload } from './payload.ts';

type State =
  | { readonly kind: 'pending'; readonly waiting: (() => void)[] }
  | { readonly kind: 'ready'; readonly payload: Payload }
  | { readonly kind: 'failed'; readonly error: unknown };

/** The answer to one event: of one reader, or of all who ask the same. Nobody who waits for it is awaited. */
export class Answer {
  #state: State = { kind: 'pending', waiting: [] };

  /** The payload, where it is there; else null, and `wake`, which must not throw, is called once it is. Throws what the execution failed of. */
  take(wake: () => void): Payload | null {
    const state = this.#state;
    if (state.kind === 'failed') throw state.error;
    if (state.kind === 'ready') return state.payload;
    state.waiting.push(wake);
    return null;
  }

  settle(payload: Payload): void {
    this.#end({ kind: 'ready', payload });
  }

  fail(error: unknown): void {
    this.#end({ kind: 'failed', error });
  }

  #end(state: State): void {
    const before = this.#state;
    if (before.kind !== 'pending') return;
    this.#state = state;
    for (const wake of before.waiting) wake();
  }
}

/** Runs an execution whose answer is read by {@link Answer.take}. */
export function answerOf(execute: () => Promise<Payload> | Payload): Answer {
  const answer = new Answer();
  try {
    const payload = execute();
    if (payload instanceof Promise)
      payload.then(
        (one) => answer.settle(one),
        (error: unknown) => answer.fail(error),
      );
    else answer.settle(payload);
  } catch (error) {
    answer.fail(error);
  }
  return answer;
}
