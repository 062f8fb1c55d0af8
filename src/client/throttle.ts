/** Runs work at once, and no more often than every so many milliseconds; of what comes between only the last. */
export class Throttle {
  readonly #everyMs: number;
  #next: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  run(work: () => void): void {
    this.#next = work;
    if (this.#timer === undefined) this.#runNext();
  }

  #runNext(): void {
    const work = this.#next;
    this.#next = null;
    this.#timer = work === null ? undefined : setTimeout(() => this.#runNext(), this.#everyMs);
    work?.();
  }
}
