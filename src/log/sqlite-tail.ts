import type { LogRecord } from '../domain/sequencer.ts';

/**
 * The newest end of the log, as it was appended by this process: its consumer need not read it back, nor wait for its
 * commit. All that was appended from {@link from} on is in here until it is dropped.
 */
export class SqliteTail {
  readonly #recordsMax: number;
  #from: number;
  #records: LogRecord[] = [];
  /** In the order of the offsets. */
  readonly #uncommitted = new Set<number>();

  /** Beyond `recordsMax` they are read back from the database, as after a start. */
  constructor(from: number, recordsMax: number) {
    this.#from = from;
    this.#recordsMax = recordsMax;
  }

  /** What lies below is in the database, or will be: see {@link isCommittedBelow}. */
  get from(): number {
    return this.#from;
  }

  /** Whether the database has all below {@link from} that it will ever have. */
  get isCommittedBelow(): boolean {
    const [oldest = this.#from] = this.#uncommitted;
    return oldest >= this.#from;
  }

  add(record: LogRecord): void {
    const { offset } = record.position;
    this.#uncommitted.add(offset);
    if (this.#records.length < this.#recordsMax) {
      this.#records.push(record);
      return;
    }
    this.#records = [];
    this.#from = offset + 1;
  }

  committed(offset: number): void {
    this.#uncommitted.delete(offset);
  }

  /** Its sender was told that it may not be there. Where it is all the same, it has its effect at the next start at the latest, or is trimmed. */
  failed(offset: number): void {
    this.#uncommitted.delete(offset);
    const index = this.#records.findLastIndex(({ position }) => position.offset === offset);
    if (index >= 0) this.#records.splice(index, 1);
  }

  first(count: number): readonly LogRecord[] {
    return this.#records.slice(0, count);
  }

  dropUpTo(offset: number): void {
    const kept = this.#records.findIndex(({ position }) => position.offset > offset);
    this.#records.splice(0, kept < 0 ? this.#records.length : kept);
  }
}
