import { unavailable } from '../domain/error.ts';
import type { Database } from '../sqlite/database.ts';

const RESERVE = 'UPDATE log_epoch SET reserved = ?';
/** Twice as many as writes can wait for the disk, so that they run out only where the disk takes nothing. */
const OFFSETS_PER_RESERVATION = 65_536;

/**
 * Gives each command its offset before it is written. A command may have its effect although its append failed, so that what
 * the log holds does not say which offsets have been given: they are reserved first, many at once, and what a process had
 * reserved when it ended is left out.
 */
export class SqliteOffsets {
  readonly #database: Database;
  #next: number;
  #reserved: number;
  #reserving: Promise<void> | null = null;

  static async open(database: Database): Promise<SqliteOffsets> {
    const appended = database.query<{ readonly offset: number }>(
      'SELECT seq AS "offset" FROM sqlite_sequence WHERE name = \'log\'',
    );
    const reserved = database.query<{ readonly reserved: number }>('SELECT reserved FROM log_epoch');
    const last = Math.max(appended.get()?.offset ?? 0, reserved.get()?.reserved ?? 0);
    const offsets = new SqliteOffsets(database, last);
    await offsets.#reserve();
    return offsets;
  }

  private constructor(database: Database, last: number) {
    this.#database = database;
    this.#next = last + 1;
    this.#reserved = last;
  }

  /** What {@link take} gives next. */
  get next(): number {
    return this.#next;
  }

  /** How many are reserved. */
  get left(): number {
    return this.#reserved - this.#next + 1;
  }

  /** Throws UNAVAILABLE where none is left: the disk has not taken a reservation for long. */
  take(): number {
    if (this.left < OFFSETS_PER_RESERVATION / 2) {
      // What is not reserved now is tried again with the next command.
      this.#reserving ??= this.#reserve().catch(() => {});
    }
    if (this.left === 0) throw unavailable('The log takes nothing now: send the same again later.');
    this.#next += 1;
    return this.#next - 1;
  }

  async #reserve(): Promise<void> {
    const reserved = this.#reserved + OFFSETS_PER_RESERVATION;
    try {
      await this.#database.write([{ sql: RESERVE, parameters: [reserved] }]);
      this.#reserved = reserved;
    } finally {
      this.#reserving = null;
    }
  }
}
