import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { LIMITS } from '../config/limits.ts';
import { unavailable } from '../domain/error.ts';
import { DataDirectory, DataDirectoryError } from './data-directory.ts';
import { type Query, Reader } from './reader.ts';
import type { Statement, WriterMessage, WriterRequest } from './statement.ts';
import { type WriteLimits, WriteQueue } from './write-queue.ts';

export interface DatabaseOptions {
  /** DATA_DIR: made where it does not exist; holds `parley.db`. */
  readonly directory: string;
  readonly limits?: WriteLimits;
}

/**
 * The embedded profile's one database. Writes go to a thread of their own, where they share commits, since a commit waits
 * for the disk; the event loop only reads.
 */
export class Database {
  readonly #directory: DataDirectory;
  readonly #worker: Worker;
  readonly #exited: Promise<unknown>;
  readonly #reader: Reader;
  readonly #queue: WriteQueue;
  #isWriterAlive = true;
  #closing: Promise<void> | null = null;

  constructor(directory: DataDirectory, worker: Worker, limits: WriteLimits) {
    this.#directory = directory;
    this.#worker = worker;
    this.#reader = new Reader(directory.databaseFile);
    this.#queue = new WriteQueue({ limits, send: (group) => this.#tell(group) });
    worker.on('message', (message: WriterMessage) => {
      if (message.kind === 'committed') this.#queue.settle(message.results);
    });
    worker.on('error', (error) => this.#writerDied(error));
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.once('exit', () => this.#writerDied());
  }

  /**
   * Writes a batch whole or not at all; resolves once it is durable, with the rows that each statement changed. Rejects
   * with UNAVAILABLE, and only with that: too much waits already, the disk refused, the writer died, or the database is
   * closed. Batches are written in the order of the calls.
   */
  write(batch: readonly Statement[]): Promise<readonly number[]> {
    return this.#queue.push(batch);
  }

  /** Prepares a read for the life of the database. Reading throws UNAVAILABLE where the database can't be read. */
  query<Row>(sql: string): Query<Row> {
    return this.#reader.query<Row>(sql);
  }

  /** The same with rows as arrays: see {@link Reader.tuples}. */
  tuples<Row extends readonly unknown[]>(sql: string): Query<Row> {
    return this.#reader.tuples<Row>(sql);
  }

  /** False once the writer thread has died: reads go on, every write is refused, and only a restart helps. */
  get isWritable(): boolean {
    return this.#isWriterAlive && this.#closing === null;
  }

  /** Finishes the writes that were accepted, refuses new ones, ends the writer and gives the directory free. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queue.drain(unavailable('The store is closing.'));
    this.#reader.close();
    this.#tell('close');
    await this.#exited;
    this.#directory.unlock();
  }

  #tell(request: WriterRequest): void {
    this.#worker.postMessage(request);
  }

  #writerDied(cause?: unknown): void {
    this.#isWriterAlive = false;
    this.#queue.fail(unavailable('The store takes no more writes.', cause));
  }
}

/** Rejects with {@link DataDirectoryError}: in use, not writable, not a database, or from a newer version. */
export async function openDatabase({ directory, limits = LIMITS }: DatabaseOptions): Promise<Database> {
  const dataDirectory = new DataDirectory(directory);
  const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData: dataDirectory.databaseFile });
  try {
    const [message] = (await once(worker, 'message')) as [WriterMessage];
    if (message.kind === 'refused') throw new DataDirectoryError(directory, message.reason);
    return new Database(dataDirectory, worker, limits);
  } catch (error) {
    await worker.terminate();
    dataDirectory.unlock();
    throw error;
  }
}
