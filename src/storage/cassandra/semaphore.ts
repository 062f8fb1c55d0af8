import { unavailable } from '../../domain/error.ts';

/** Lets so many through at once; the others wait in turn, up to a bound. */
export class Semaphore {
  readonly #atOnceMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnceMax, waitingMax }: { readonly atOnceMax: number; readonly waitingMax: number }) {
    this.#atOnceMax = atOnceMax;
    this.#waitingMax = waitingMax;
  }

  /** Rejects with UNAVAILABLE where too many wait already, else as the act does. */
  async run<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.#atOnceMax) this.#running += 1;
    else await this.#turn();
    try {
      return await act();
    } finally {
      // Whoever comes next takes the place over, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) throw unavailable('Too much waits for the store: try again.');
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
