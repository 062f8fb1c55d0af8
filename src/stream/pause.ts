/** A wait that can be cut short. Keeps no process alive. One at a time. */
export class Pause {
  #timer: NodeJS.Timeout | undefined;
  #resolve: (() => void) | undefined;

  for(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = setTimeout(resolve, ms);
      this.#timer.unref();
    });
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#resolve?.();
  }
}

/** How long to wait before each try: twice as long each time, up to a bound. */
export class Backoff {
  readonly #firstMs: number;
  readonly #maxMs: number;
  #nextMs: number;

  constructor(firstMs: number, maxMs: number) {
    this.#firstMs = firstMs;
    this.#maxMs = maxMs;
    this.#nextMs = firstMs;
  }

  next(): number {
    const ms = this.#nextMs;
    this.#nextMs = Math.min(ms * 2, this.#maxMs);
    return ms;
  }

  reset(): void {
    this.#nextMs = this.#firstMs;
  }
}
