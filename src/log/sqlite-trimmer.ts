import type { Database } from '../sqlite/database.ts';

const TRIM = 'DELETE FROM log WHERE log_offset <= ?';
/** Long enough for one deletion to serve thousands of commands, short enough for a quiet log to keep no text. */
const TRIM_AFTER_MS = 1_000;

/** Deletes commands that have had their effect: at most once a second, so that it does not cost a write a command. */
export class SqliteLogTrimmer {
  readonly #database: Database;
  #allowedUpTo = 0;
  #trimmedUpTo = 0;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Everything up to this offset may go. */
  allow(offset: number): void {
    this.#allowedUpTo = Math.max(this.#allowedUpTo, offset);
    if (this.#allowedUpTo === this.#trimmedUpTo) return;
    this.#timer ??= setTimeout(() => this.#start(), TRIM_AFTER_MS).unref();
  }

  /** Deletes what may go now, and waits for it. */
  async close(): Promise<void> {
    if (this.#timer !== null) this.#start();
    await this.#running;
  }

  #start(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#running = this.#trim(this.#allowedUpTo);
  }

  async #trim(offset: number): Promise<void> {
    try {
      // What a power failure brings back has had its effect.
      await this.#database.write([{ sql: TRIM, parameters: [offset] }], 'ordered');
      this.#trimmedUpTo = Math.max(this.#trimmedUpTo, offset);
    } catch {
      // Whoever waits for a write is told that the disk refuses. What stays here goes with the next trim.
    }
  }
}
