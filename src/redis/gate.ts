interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

/** Something that many wait for, each for a bounded time. Whoever has waited in vain leaves nothing behind. */
export class Gate {
  readonly #waiting = new Set<Waiting>();
  #isOpen = false;
  #refusal: { readonly error: unknown } | null = null;

  /** Resolves once it is open, in the order of the calls. Rejects when that takes too long, or with what {@link refuse} was given. */
  async pass(waitMs: number): Promise<void> {
    if (this.#refusal !== null) throw this.#refusal.error;
    if (this.#isOpen) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => {
      this.#waiting.delete(waiting);
      reject(new Error(`Waited ${waitMs} ms in vain.`));
    }, waitMs);
    const waiting = { resolve, reject, timer };
    this.#waiting.add(waiting);
    return promise;
  }

  open(): void {
    this.#isOpen = true;
    for (const { resolve, timer } of this.#leave()) {
      clearTimeout(timer);
      resolve();
    }
  }

  shut(): void {
    this.#isOpen = false;
  }

  /** For good. */
  refuse(error: unknown): void {
    this.#refusal = { error };
    for (const { reject, timer } of this.#leave()) {
      clearTimeout(timer);
      reject(error);
    }
  }

  #leave(): readonly Waiting[] {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    return waiting;
  }
}
