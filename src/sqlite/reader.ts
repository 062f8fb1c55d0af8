import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { unavailable } from '../domain/error.ts';
import type { SqlValue } from './statement.ts';

/** A prepared read. `Row` is what its columns are: the schema's promise, not checked again. */
export class Query<Row> {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  all(...parameters: readonly SqlValue[]): readonly Row[] {
    return attempt(() => this.#statement.all(...parameters) as unknown as Row[]);
  }

  get(...parameters: readonly SqlValue[]): Row | undefined {
    return attempt(() => this.#statement.get(...parameters) as unknown as Row | undefined);
  }
}

/**
 * The event loop's own connection, which can't write. Each read sees all that is committed when it starts; none stays
 * open, or the write-ahead log could not be folded back.
 */
export class Reader {
  readonly #connection: DatabaseSync;

  constructor(file: string) {
    this.#connection = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
    this.#connection.exec('PRAGMA cache_size = -16000');
  }

  /** Prepares a read for the life of the database: call it once for each text. Rows are objects, named by column. */
  query<Row>(sql: string): Query<Row> {
    return new Query<Row>(this.#connection.prepare(sql));
  }

  /** The same with each row as an array of its columns: two thirds of the time, for whole pages of wide rows. */
  tuples<Row extends readonly unknown[]>(sql: string): Query<Row> {
    return new Query<Row>(this.#connection.prepare(sql, { returnArrays: true }));
  }

  close(): void {
    this.#connection.close();
  }
}

function attempt<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw unavailable('The store can not be read now.', error);
  }
}
