import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Command } from '../domain/command.ts';
import type { LogRecord } from '../domain/sequencer.ts';
import type { Database } from '../sqlite/database.ts';
import type { Query } from '../sqlite/reader.ts';
import type { Consumer, Partition } from './log.ts';
import type { SqliteTail } from './sqlite-tail.ts';
import type { SqliteLogTrimmer } from './sqlite-trimmer.ts';

interface LogRow {
  readonly offset: number;
  readonly command: string;
}

const BATCH_RECORDS = 512;
/** After a read that failed, or a consumer that broke its promise. */
const RETRY_AFTER_MS = 1_000;

interface Dependencies {
  readonly database: Database;
  readonly partition: Partition;
  readonly tail: SqliteTail;
  readonly trimmer: SqliteLogTrimmer;
  readonly onError: (error: unknown) => void;
}

/** Gives the log to its one consumer: what was there at the start from the database, what is appended since from the tail. */
export class SqliteLogReading {
  readonly #partition: Partition;
  readonly #tail: SqliteTail;
  readonly #trimmer: SqliteLogTrimmer;
  readonly #onError: (error: unknown) => void;
  readonly #between: Query<LogRow>;
  readonly #stopping = new AbortController();
  #isStarted = false;
  #readUpTo = 0;
  #givenUpTo = 0;
  /** All from here on is in the tail. */
  #caughtUpTo = 0;
  #wake: (() => void) | null = null;
  #isWoken = false;
  #turn: NodeJS.Immediate | null = null;

  constructor({ database, partition, tail, trimmer, onError }: Dependencies) {
    this.#partition = partition;
    this.#tail = tail;
    this.#trimmer = trimmer;
    this.#onError = onError;
    this.#between = database.query<LogRow>(
      `SELECT log_offset AS offset, command FROM log WHERE log_offset > ? AND log_offset < ?
        ORDER BY log_offset LIMIT ${BATCH_RECORDS}`,
    );
  }

  /** The newest offset that the consumer was given, now or before the start: nothing above it can have had its effect. */
  get givenUpTo(): number {
    return this.#givenUpTo;
  }

  start(consumer: Consumer, signal: AbortSignal): void {
    if (this.#isStarted) throw new Error('A log has one consumer');
    this.#isStarted = true;
    // Never rejects.
    void this.#read(consumer, AbortSignal.any([signal, this.#stopping.signal]));
  }

  /** Something is appended, or was: what one turn of the event loop brings is given together. */
  wake(): void {
    this.#isWoken = true;
    if (this.#wake !== null) this.#turn ??= setImmediate(() => this.#goOn());
  }

  /** From now on the consumer is not called and nothing is read; a `take` that was called may still be pending. */
  stop(): void {
    this.#stopping.abort();
  }

  async #read(consumer: Consumer, signal: AbortSignal): Promise<void> {
    signal.addEventListener('abort', () => this.#goOn(), { once: true });
    let isPlaced = false;
    while (!signal.aborted) {
      try {
        if (!isPlaced) await this.#place(consumer);
        isPlaced = true;
        await this.#readBatch(consumer, signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#onError(error);
        // The same again, a little later: a record that is skipped would be a command lost.
        await sleep(RETRY_AFTER_MS, undefined, { signal, ref: false }).catch(() => undefined);
      }
    }
  }

  async #place(consumer: Consumer): Promise<void> {
    const consumed = await consumer.consumedUpTo(this.#partition);
    if (consumed === null) return;
    this.#readUpTo = consumed;
    this.#givenUpTo = consumed;
    this.#tail.dropUpTo(consumed);
    this.#trimmer.allow(consumed);
  }

  async #readBatch(consumer: Consumer, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    this.#isWoken = false;
    const records = this.#next();
    const newest = records.at(-1)?.position.offset;
    if (newest === undefined) return this.#woken(signal);
    this.#givenUpTo = newest;
    await consumer.take(records);
    this.#readUpTo = newest;
    this.#tail.dropUpTo(newest);
    // A long log is read at once where the consumer keeps up, and others want the event loop too.
    if (records.length === BATCH_RECORDS) await turn();
  }

  #next(): readonly LogRecord[] {
    const { from } = this.#tail;
    if (this.#caughtUpTo !== from) {
      // Asked first: what is committed between the two would be missed.
      const { isCommittedBelow } = this.#tail;
      const rows = this.#between.all(this.#readUpTo, from);
      if (rows.length > 0) return rows.map((row) => this.#record(row));
      if (!isCommittedBelow) return [];
      this.#caughtUpTo = from;
    }
    return this.#tail.first(BATCH_RECORDS);
  }

  #record({ offset, command }: LogRow): LogRecord {
    return { position: { ...this.#partition, offset }, command: JSON.parse(command) as Command };
  }

  async #woken(signal: AbortSignal): Promise<void> {
    if (this.#isWoken || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    await promise;
    this.#wake = null;
  }

  #goOn(): void {
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#turn = null;
    this.#wake?.();
  }
}
