import { LIMITS } from '../config/limits.ts';
import { DataDirectory, DataDirectoryError } from './data-directory.ts';
import { type Query, Reader } from './reader.ts';
import type { Durability, Statement } from './statement.ts';
import { WriteSide, type WriteSideOptions } from './write-side.ts';

export interface DatabaseOptions extends Partial<Omit<WriteSideOptions, 'file'>> {
  /** DATA_DIR: made where it does not exist; holds `parley.db`. */
  readonly directory: string;
}

/**
 * The embedded profile's one database. Writes go to a thread of their own, where they share commits, since a commit waits
 * for the disk; the event loop only reads.
 */
export class Database {
  readonly #directory: DataDirectory;
  readonly #writes: WriteSide;
  readonly #reader: Reader;
  #closing: Promise<void> | null = null;

  constructor(directory: DataDirectory, writes: WriteSide, reader: Reader) {
    this.#directory = directory;
    this.#writes = writes;
    this.#reader = reader;
  }

  /**
   * Writes a batch whole or not at all; resolves once it is as durable as asked, with the rows that each statement changed. Rejects
   * with UNAVAILABLE, and only with that: too much waits already, the disk refused, the database is closed, or the writer
   * died, and then it may have been written all the same. Batches are written in the order of the calls.
   */
  write(batch: readonly Statement[], durability: Durability = 'synced'): Promise<readonly number[]> {
    return this.#writes.push(batch, durability);
  }

  /** Prepares a read for the life of the database. Reading throws UNAVAILABLE where the database can't be read. */
  query<Row>(sql: string): Query<Row> {
    return this.#reader.query<Row>(sql);
  }

  /** The same with rows as arrays: see {@link Reader.tuples}. */
  tuples<Row extends readonly unknown[]>(sql: string): Query<Row> {
    return this.#reader.tuples<Row>(sql);
  }

  /** False while the writer thread is dead or the disk takes nothing; reads go on. */
  get isWritable(): boolean {
    return this.#writes.isWorking;
  }

  /** Finishes the writes that were accepted, refuses new ones, ends the writer and gives the directory free. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#writes.drain();
    this.#reader.close();
    await this.#writes.close();
    this.#directory.unlock();
  }
}

/** Rejects with {@link DataDirectoryError}: in use, not writable, not a database, or from a newer version. */
export async function openDatabase({
  directory,
  limits = LIMITS,
  onError = () => {},
  onGone = () => {},
}: DatabaseOptions): Promise<Database> {
  const dataDirectory = new DataDirectory(directory);
  const file = dataDirectory.databaseFile;
  const writes = new WriteSide({ file, limits, onError, onGone });
  try {
    await writes.start();
    return new Database(dataDirectory, writes, new Reader(file));
  } catch (error) {
    await writes.close();
    dataDirectory.unlock();
    const reason = error instanceof Error ? error.message : String(error);
    throw new DataDirectoryError(directory, reason, { cause: error });
  }
}
