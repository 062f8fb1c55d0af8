import type { Consumer } from '../log.ts';
import type { KafkaClients } from './clients.ts';
import { Fetcher } from './fetcher.ts';
import { type Assigned, Membership } from './membership.ts';
import { PartitionReader, type PartitionReaderOptions } from './partition-reader.ts';

export interface ReadingOptions {
  readonly clients: KafkaClients;
  readonly topic: PartitionReaderOptions['topic'];
  readonly partitions: number;
  readonly group: string;
  readonly sessionMs: number;
  readonly failed: (error: unknown) => void;
}

/** Adds to how long a partition that was taken over may wait for its first new command, and costs a request each time. */
const FOLLOW_WAIT_MS = 250;

/** Reads the partitions that the group assigns to this node, for its one consumer. */
export class Reading {
  readonly #options: ReadingOptions;
  readonly #consumer: Consumer;
  readonly #membership: Membership;
  readonly #catchingUp: Fetcher;
  readonly #following: Fetcher;
  readonly #readers = new Map<number, PartitionReader>();
  /** By partition: its last reader has let go of it. */
  readonly #ended = new Map<number, Promise<void>>();

  constructor(consumer: Consumer, options: ReadingOptions) {
    const { clients, topic, partitions, group, sessionMs, failed } = options;
    this.#options = options;
    this.#consumer = consumer;
    const fetching = { topic: topic.name, group, failed };
    this.#catchingUp = new Fetcher(clients, { ...fetching, waitMs: 0 });
    this.#following = new Fetcher(clients, { ...fetching, waitMs: FOLLOW_WAIT_MS });
    const assigned = (now: Assigned) => this.#assigned(now);
    this.#membership = new Membership(clients, {
      topic: topic.name,
      partitions,
      group,
      sessionMs,
      assigned,
      failed,
    });
    this.#membership.start();
  }

  /** From its call on the consumer is given nothing more. */
  async close(): Promise<void> {
    for (const partition of [...this.#readers.keys()]) this.#letGo(partition);
    await this.#membership.close();
    // What was assigned meanwhile.
    for (const partition of [...this.#readers.keys()]) this.#letGo(partition);
    await Promise.all([...this.#ended.values(), this.#catchingUp.close(), this.#following.close()]);
  }

  #assigned({ partitions, isContinuous }: Assigned): void {
    for (const partition of [...this.#readers.keys()]) {
      if (!isContinuous || !partitions.includes(partition)) this.#letGo(partition);
    }
    for (const partition of partitions) if (!this.#readers.has(partition)) this.#begin(partition);
  }

  #begin(partition: number): void {
    const reader = new PartitionReader({
      ...{ partition, consumer: this.#consumer, catchingUp: this.#catchingUp, following: this.#following },
      fence: this.#membership,
      topic: this.#options.topic,
      failed: this.#options.failed,
    });
    this.#readers.set(partition, reader);
    // One after the other, or the end of the last could be taken for this one's.
    const before = this.#ended.get(partition) ?? Promise.resolve();
    this.#ended.set(
      partition,
      before.then(() => reader.run()),
    );
  }

  #letGo(partition: number): void {
    this.#readers.get(partition)?.stop();
    this.#readers.delete(partition);
  }
}
