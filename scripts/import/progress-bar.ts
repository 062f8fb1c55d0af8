const WIDTH = 30;
const PLAIN_INTERVAL_MS = 5_000;

/** A bar that redraws itself on a terminal; a line every few seconds elsewhere. */
export class ProgressBar {
  readonly #out: NodeJS.WriteStream;
  readonly #startedAt = performance.now();
  #plainAt = 0;

  constructor(out: NodeJS.WriteStream) {
    this.#out = out;
  }

  /** `share` is 0 to 1. */
  show(share: number, count: number, what: string): void {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const rate = Math.round(count / Math.max(seconds, 0.001));
    const text = `${Math.floor(share * 100)}%  ${count} ${what}, ${rate} a second`;
    if (this.#out.isTTY) {
      const filled = Math.round(share * WIDTH);
      this.#out.write(`\r[${'#'.repeat(filled)}${' '.repeat(WIDTH - filled)}] ${text}\x1b[K`);
      return;
    }
    if (performance.now() - this.#plainAt < PLAIN_INTERVAL_MS) return;
    this.#plainAt = performance.now();
    this.#out.write(`${text}\n`);
  }

  end(): void {
    if (this.#out.isTTY) this.#out.write('\n');
  }
}
