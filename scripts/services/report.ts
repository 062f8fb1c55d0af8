const REMINDER_MS = 10_000;

/** Progress, a line each, with the seconds since the start in front. */
export class Report {
  readonly #write: (line: string) => void;
  readonly #startedMs = performance.now();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  line(text: string): void {
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(1);
    this.#write(`[${seconds.padStart(5)} s] ${text}`);
  }

  /** Says what is being done, again every ten seconds while it lasts, and gives how many seconds it took. */
  async during<T>(text: string, work: () => Promise<T>): Promise<{ readonly result: T; readonly seconds: string }> {
    const startedMs = performance.now();
    const seconds = () => ((performance.now() - startedMs) / 1_000).toFixed(1);
    this.line(text);
    const reminder = setInterval(() => this.line(`${text} (${seconds()} s so far)`), REMINDER_MS);
    try {
      return { result: await work(), seconds: seconds() };
    } finally {
      clearInterval(reminder);
    }
  }
}
