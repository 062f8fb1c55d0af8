import { setTimeout as delay } from 'node:timers/promises';
import type { LogRecord } from '../../domain/sequencer.ts';
import type { Consumer, Partition } from '../log.ts';
import type { Fetcher } from './fetcher.ts';
import { readBatches } from './records.ts';

export interface PartitionReaderOptions {
  readonly partition: number;
  readonly consumer: Consumer;
  /** Answers at once, over a connection of its own: what a partition that was taken over holds does not wait for others. */
  readonly catchingUp: Fetcher;
  /** Waits at the broker for what comes. */
  readonly following: Fetcher;
  readonly fence: { readonly isFresh: boolean; becomesFresh(): Promise<void> };
  readonly topic: {
    readonly name: string;
    epoch(): Promise<string>;
    range(partition: number): Promise<{ readonly start: number; readonly end: number }>;
  };
  readonly failed: (error: unknown) => void;
}

const RECORDS_PER_TAKE_MAX = 512;
const AGAIN_AFTER_MS = 500;

/** Reads one partition for as long as this node has it. */
export class PartitionReader {
  readonly #options: PartitionReaderOptions;
  readonly #stopping = new AbortController();
  /** What the consumer was asked about, and is to be told when it goes. */
  #partition: Partition | null = null;
  /** The offset to read from; null where that is to be found out. */
  #next: number | null = null;
  #isLost = false;
  #isCaughtUp = false;

  constructor(options: PartitionReaderOptions) {
    this.#options = options;
  }

  /** From now on the consumer is given nothing of it. */
  stop(): void {
    const { partition, catchingUp, following } = this.#options;
    this.#stopping.abort();
    catchingUp.forget(partition);
    following.forget(partition);
    this.#revoke();
  }

  /** Resolves when it was stopped and nothing of it is at work. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        this.#next ??= await this.#findPlace();
        if (!signal.aborted) await this.#readOn(this.#next);
      } catch (error) {
        if (signal.aborted) break;
        this.#options.failed(error);
        await delay(AGAIN_AFTER_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
    this.#revoke();
  }

  /** Behind those whose effects are known to be there. */
  async #findPlace(): Promise<number> {
    const { partition: number, consumer, topic, failed } = this.#options;
    const partition = { epoch: await topic.epoch(), partition: number };
    this.#partition = partition;
    const consumed = await consumer.consumedUpTo(partition);
    const next = (consumed ?? -1) + 1;
    if (!this.#isLost) return next;
    const { start, end } = await topic.range(number);
    const where = `Partition ${number} of the topic ${topic.name}`;
    if (next > end) {
      throw new Error(
        `${where} ends at ${end}, but commands up to ${consumed} have had their effect: its brokers have lost some. ` +
          'It is not read until it ends there again; deleting the topic begins a new log.',
      );
    }
    if (next < start && consumed !== null) {
      failed(
        new Error(`${where} begins at ${start}: commands from ${next} on were deleted before they had an effect.`),
      );
    }
    return Math.max(next, start);
  }

  async #readOn(from: number): Promise<void> {
    const { catchingUp, following, fence, failed, consumer, topic } = this.#options;
    const { signal } = this.#stopping;
    await fence.becomesFresh();
    const partition = this.#partition;
    if (partition === null || signal.aborted) return;
    const fetched = await (this.#isCaughtUp ? following : catchingUp).fetch({ ...partition, offset: from });
    if (signal.aborted || !fence.isFresh) return;
    this.#isLost = fetched === 'lost';
    if (fetched === 'lost') {
      // Another one has read on and trimmed, or the topic was made anew.
      this.#revoke();
      return;
    }
    this.#isCaughtUp ||= fetched.length === 0;
    const { records, next, foreign } = readBatches(partition, fetched, from);
    for (const offset of foreign)
      failed(new Error(`${topic.name}/${partition.partition}/${offset} is no command: passed over.`));
    await this.#take(records);
    if (signal.aborted) return;
    this.#next = next;
    const isCommandLast = records.at(-1)?.position.offset === next - 1;
    if (next > from && !isCommandLast) consumer.passed(partition, next - 1);
  }

  async #take(records: readonly LogRecord[]): Promise<void> {
    const { consumer, fence } = this.#options;
    for (let from = 0; from < records.length; from += RECORDS_PER_TAKE_MAX) {
      await fence.becomesFresh();
      if (this.#stopping.signal.aborted) return;
      await consumer.take(records.slice(from, from + RECORDS_PER_TAKE_MAX));
    }
  }

  #revoke(): void {
    this.#next = null;
    if (this.#partition !== null) this.#options.consumer.revoked(this.#partition);
    this.#partition = null;
  }
}
