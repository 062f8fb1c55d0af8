import { setTimeout as delay } from 'node:timers/promises';
import type { CommandId } from '../../src/domain/identifier.ts';
import type { LogRecord } from '../../src/domain/sequencer.ts';
import type { Consumer, Log, Partition } from '../../src/log/log.ts';
import { until } from '../support/until.ts';

const keyOf = ({ epoch, partition }: Partition): string => `${epoch}/${partition}`;

/** A consumer that keeps what it is given, and what it was given against the contract. */
export class LogReader implements Consumer {
  readonly records: LogRecord[] = [];
  readonly faults: string[] = [];
  /** By partition. */
  readonly passedUpTo = new Map<number, number>();
  /** Partitions that went to others, or are read anew. */
  readonly revocations: number[] = [];
  readonly #consumed: ReadonlyMap<string, number>;
  /** Of partitions that it has. */
  readonly #newest = new Map<string, number>();
  readonly #readTo = new Map<string, number>();
  readonly #taking = new Set<string>();
  readonly #abort = new AbortController();
  readonly #takeMs: number;

  constructor(consumed: ReadonlyMap<string, number> = new Map(), takeMs = 0) {
    this.#consumed = consumed;
    this.#takeMs = takeMs;
  }

  read(log: Log): this {
    log.consume(this, this.#abort.signal);
    return this;
  }

  stop(): void {
    this.#abort.abort();
  }

  async consumedUpTo(partition: Partition): Promise<number | null> {
    if (this.#newest.has(keyOf(partition))) this.faults.push('placed after a batch');
    return this.#consumed.get(keyOf(partition)) ?? null;
  }

  async take(records: readonly LogRecord[]): Promise<void> {
    const [first] = records;
    if (first === undefined) return void this.faults.push('an empty batch');
    const key = keyOf(first.position);
    if (this.#taking.has(key)) this.faults.push('a batch before the last was taken');
    if (this.#abort.signal.aborted) this.faults.push('a batch after the end');
    this.#taking.add(key);
    for (const record of records) {
      const newest = this.#newest.get(key) ?? -1;
      if (record.position.offset <= newest) this.faults.push(`${record.position.offset} after ${newest}`);
      if (keyOf(record.position) !== key) this.faults.push('two partitions in a batch');
      this.#newest.set(key, record.position.offset);
      this.#readTo.set(key, record.position.offset);
      this.records.push({ position: record.position, command: record.command });
    }
    await delay(this.#takeMs);
    this.#taking.delete(key);
  }

  passed(partition: Partition, offset: number): void {
    this.passedUpTo.set(partition.partition, offset);
  }

  revoked(partition: Partition): void {
    this.#newest.delete(keyOf(partition));
    this.revocations.push(partition.partition);
  }

  async has(ids: readonly CommandId[]): Promise<void> {
    await until(`${ids.length} commands to be read`, () => {
      const read = new Set(this.records.map(({ command }) => command.id));
      return ids.every((id) => read.has(id));
    });
  }

  /** Where every partition was read to. */
  consumed(): ReadonlyMap<string, number> {
    return new Map(this.#readTo);
  }
}
