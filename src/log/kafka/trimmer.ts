import type { Position } from '../../domain/position.ts';
import type { Partition } from '../log.ts';

export interface TrimmerOptions {
  readonly topic: {
    epoch(): Promise<string>;
    ends(partitions: readonly number[]): Promise<ReadonlyMap<number, number>>;
    notOlderThan(partitions: readonly number[], time: number): Promise<ReadonlyMap<number, number>>;
    deleteBelow(offsets: ReadonlyMap<number, number>): Promise<void>;
  };
  readonly appendEmpty: (partition: number) => Promise<void>;
  /** How long a command is kept that has had its effect: a store that is set back by no more than that is made whole by a replay. */
  readonly keptMs: number;
  /** How long a broker writes to one segment at most. */
  readonly segmentMs: number;
  readonly intervalMs: number;
  readonly failed: (error: unknown) => void;
}

/** Deletes commands that have had their effect and are old enough. */
export class Trimmer {
  readonly #options: TrimmerOptions;
  /** By partition: where its newest command stands that has had its effect. */
  readonly #consumed = new Map<number, Position>();
  readonly #trimmed = new Map<number, number>();
  #epoch: string | null = null;
  #timer: NodeJS.Timeout;
  #isClosed = false;
  #running: Promise<void> = Promise.resolve();

  constructor(options: TrimmerOptions) {
    this.#options = options;
    this.#timer = this.#later();
  }

  allow(partition: Partition, offset: number): void {
    this.#consumed.set(partition.partition, { ...partition, offset });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** One after the other, however long it takes. */
  #later(): NodeJS.Timeout {
    return setTimeout(() => {
      this.#running = this.#trim()
        .catch(this.#options.failed)
        .finally(() => {
          if (!this.#isClosed) this.#timer = this.#later();
        });
    }, this.#options.intervalMs).unref();
  }

  async #trim(): Promise<void> {
    if (this.#consumed.size === 0) return;
    const { topic, keptMs } = this.#options;
    const epoch = await topic.epoch();
    // What is known of a topic that was deleted says nothing about the one that has its name now.
    if (epoch !== this.#epoch) this.#trimmed.clear();
    this.#epoch = epoch;
    const consumed = [...this.#consumed.values()].filter((position) => position.epoch === epoch);
    const partitions = consumed.map(({ partition }) => partition);
    const kept = await topic.notOlderThan(partitions, Date.now() - keptMs);
    const below = new Map<number, number>();
    for (const { partition, offset } of consumed) {
      const until = Math.min(offset + 1, kept.get(partition) ?? Number.POSITIVE_INFINITY);
      if (until > (this.#trimmed.get(partition) ?? 0)) below.set(partition, until);
    }
    if (below.size > 0) await topic.deleteBelow(below);
    for (const [partition, offset] of below) this.#trimmed.set(partition, offset);
    await this.#endIdleSegments(partitions);
  }

  /**
   * A broker deletes whole segments, and never the one that it writes. Where nothing is sent any more that one would keep its
   * text for ever: an empty record makes the broker begin another.
   */
  async #endIdleSegments(partitions: readonly number[]): Promise<void> {
    const { topic, keptMs, segmentMs, appendEmpty } = this.#options;
    // Younger than that, the next command will begin another.
    if (keptMs < segmentMs) return;
    const ends = await topic.ends(partitions);
    const idle = partitions.filter((partition) => this.#trimmed.get(partition) === ends.get(partition));
    await Promise.all(idle.map(appendEmpty));
  }
}
