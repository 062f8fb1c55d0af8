/** Where a subscription's events come from. */
export interface EventSource {
  /** True once there is nothing more to take, and never will be. */
  readonly isEnded: boolean;
  /** The next event, where one is there now; else null, and `wake`, which must not throw, is called when it is worth asking again. */
  take(wake: () => void): unknown;
  /** Ends it at once, also while somebody waits. */
  return?(): Promise<unknown>;
}

export const isEventSource = (source: object): source is EventSource => 'take' in source && 'isEnded' in source;

/** An iterator as a source: the next event is asked for when it is wanted. */
export class IteratorSource implements EventSource {
  readonly #iterator: AsyncIterator<unknown>;
  #event: unknown = null;
  #failure: { readonly error: unknown } | null = null;
  #isAsking = false;
  #isEnded = false;
  #wake: () => void = () => {};

  constructor(iterator: AsyncIterator<unknown>) {
    this.#iterator = iterator;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  take(wake: () => void): unknown {
    if (this.#failure !== null) {
      this.#isEnded = true;
      throw this.#failure.error;
    }
    const event = this.#event;
    this.#event = null;
    if (event === null && !this.#isEnded) this.#ask(wake);
    return event;
  }

  async return(): Promise<void> {
    this.#isEnded = true;
    await this.#iterator.return?.();
    this.#wake();
  }

  #ask(wake: () => void): void {
    this.#wake = wake;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#iterator.next().then(
      ({ done, value }) => {
        if (done === true) this.#isEnded = true;
        else this.#event = value;
        this.#answered();
      },
      (error: unknown) => {
        this.#failure = { error };
        this.#answered();
      },
    );
  }

  #answered(): void {
    this.#isAsking = false;
    this.#wake();
  }
}
