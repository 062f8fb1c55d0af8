import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterMetadata, ClusterTopicMetadata, MessageToProduce, Producer } from '@platformatic/kafka';
import type { Command } from '../../domain/command.ts';
import { unavailable } from '../../domain/error.ts';
import type { KafkaClients } from './clients.ts';
import { partitionOf } from './partitioner.ts';
import { TOPIC_BATCH_BYTES_MIN } from './weaknesses.ts';

export interface AppenderOptions {
  readonly topic: string;
  readonly partitions: number;
  readonly failed: (error: unknown) => void;
  readonly limits: {
    readonly appendsWaitingMax: number;
    /** How long an append is tried: whoever asked for it has given up by then, or soon will. */
    readonly appendWaitMs: number;
  };
}

interface Waiting {
  readonly partition: number;
  readonly message: MessageToProduce;
  readonly bytes: number;
  readonly since: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Well below what a topic takes of one partition at once. */
const BATCH_BYTES_MAX = TOPIC_BATCH_BYTES_MIN / 2;
const ACKNOWLEDGE_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 4_000;
const AGAIN_AFTER_MS = 250;
/** Of a partition whose leader has not been asked for, and of one that has none. */
const NO_LEADER = -1;

/**
 * Appends in batches: while one is on its way to a broker, what comes for that broker's partitions gathers into the next.
 * So a broker that is away holds up the partitions that it leads and no other.
 */
export class Appender {
  readonly #clients: KafkaClients;
  /**
   * By leader. One producer counts what it sends to all brokers together, and begins to count anew where one of them fails: what it sends to
   * another meanwhile can look like something that was sent before, and is acknowledged and thrown away.
   */
  readonly #producers = new Map<number, Producer>();
  readonly #options: AppenderOptions;
  readonly #queues: Waiting[][];
  /** As whichever producer asked last was told. */
  readonly #leaders: number[];
  readonly #leadersSentTo = new Set<number>();
  readonly #partitionsSentTo = new Set<number>();
  #waiting = 0;
  #failure: unknown;
  #turn: NodeJS.Immediate | null = null;
  #closed: PromiseWithResolvers<void> | null = null;

  constructor(clients: KafkaClients, options: AppenderOptions) {
    this.#clients = clients;
    this.#options = options;
    this.#queues = Array.from({ length: options.partitions }, () => []);
    this.#leaders = this.#queues.map(() => NO_LEADER);
  }

  append(command: Command): Promise<void> {
    const { topic, partitions, limits } = this.#options;
    if (this.#closed !== null) return Promise.reject(unavailable('The log is closing.'));
    if (this.#waiting >= limits.appendsWaitingMax) {
      return Promise.reject(unavailable('Too much waits for the log: send the same again.'));
    }
    const value = Buffer.from(JSON.stringify(command));
    const partition = partitionOf(command.channelId, partitions);
    const message = { topic, partition, key: Buffer.from(command.channelId), value };
    return this.#enqueue(partition, message, value.length);
  }

  /** A record without a command: its only use is that the broker begins a new segment, so that the one before can go. */
  appendEmpty(partition: number): Promise<void> {
    return this.#enqueue(partition, { topic: this.#options.topic, partition }, 0);
  }

  /** Sends what waits, or learns at the first try that it can't. */
  async close(): Promise<void> {
    this.#closed ??= Promise.withResolvers<void>();
    this.#pump();
    await this.#closed.promise;
    await Promise.all(this.#producers.values().map((producer) => producer.close()));
  }

  #enqueue(partition: number, message: MessageToProduce, bytes: number): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queues[partition]?.push({ partition, message, bytes, since: performance.now(), resolve, reject });
    this.#waiting += 1;
    // What else this turn of the event loop brings goes with it.
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      this.#pump();
    });
    return promise;
  }

  #pump(): void {
    const due = performance.now() - this.#options.limits.appendWaitMs;
    this.#refuse(({ since }) => since < due);
    const leaders = new Set<number>();
    for (const [partition, queue] of this.#queues.entries())
      if (queue.length > 0) leaders.add(this.#leaderOf(partition));
    for (const leader of leaders) {
      if (this.#leadersSentTo.has(leader)) continue;
      void (leader === NO_LEADER ? this.#learnLeaders() : this.#send(leader));
    }
    if (this.#waiting === 0 && this.#leadersSentTo.size === 0) this.#closed?.resolve();
  }

  /** What has a leader then goes at once, whatever becomes of the others. Never rejects. */
  async #learnLeaders(): Promise<void> {
    const { topic } = this.#options;
    this.#leadersSentTo.add(NO_LEADER);
    try {
      await this.#producerFor(NO_LEADER).metadata({ topics: [topic], forceUpdate: true });
      this.#pump();
      const areLed = this.#queues.every((queue, index) => queue.length === 0 || this.#leaderOf(index) !== NO_LEADER);
      if (!areLed) throw new Error(`The topic ${topic} has partitions without a leader.`);
    } catch (error) {
      await this.#waitAfter(error);
    }
    this.#leadersSentTo.delete(NO_LEADER);
    this.#pump();
  }

  /** Never rejects. */
  async #send(leader: number): Promise<void> {
    const batch = this.#take(leader);
    // All of it waits for what is on its way to a former leader, which ends in another look.
    if (batch.length === 0) return;
    const partitions = new Set(batch.map(({ partition }) => partition));
    this.#leadersSentTo.add(leader);
    for (const partition of partitions) this.#partitionsSentTo.add(partition);
    const producer = this.#producerFor(leader);
    try {
      this.#align(producer, leader, partitions);
      await producer.send({ messages: batch.map(({ message }) => message) });
      for (const { resolve } of batch) resolve();
    } catch (error) {
      // Another broker may lead by now.
      for (const partition of partitions) this.#leaders[partition] = NO_LEADER;
      producer.clearMetadata();
      this.#putBack(batch);
      await this.#waitAfter(error);
    }
    this.#leadersSentTo.delete(leader);
    for (const partition of partitions) this.#partitionsSentTo.delete(partition);
    this.#pump();
  }

  async #waitAfter(error: unknown): Promise<void> {
    this.#failure = error;
    this.#options.failed(error);
    if (this.#closed === null) await delay(AGAIN_AFTER_MS);
    else this.#refuse(() => true);
  }

  /** Some of it may be in the log already: then it is there twice, which the sequencer does not mind. */
  #putBack(batch: readonly Waiting[]): void {
    this.#waiting += batch.length;
    for (const [partition, those] of Map.groupBy(batch, (waiting) => waiting.partition)) {
      this.#queues[partition]?.unshift(...those);
    }
  }

  /** Of each of the leader's partitions an equal part where not all of it fits. */
  #take(leader: number): readonly Waiting[] {
    const led = [...this.#queues.entries()].filter(
      ([partition, queue]) =>
        queue.length > 0 && this.#leaderOf(partition) === leader && !this.#partitionsSentTo.has(partition),
    );
    return led.flatMap(([, queue]) => this.#takeFrom(queue, BATCH_BYTES_MAX / led.length));
  }

  #takeFrom(queue: Waiting[], bytesMax: number): readonly Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of queue) {
      if (count > 0 && bytes + waiting.bytes > bytesMax) break;
      bytes += waiting.bytes;
      count += 1;
    }
    this.#waiting -= count;
    return queue.splice(0, count);
  }

  /** The oldest of each partition, as long as they are due. */
  #refuse(isDue: (waiting: Waiting) => boolean): void {
    for (const queue of this.#queues) {
      for (let oldest = queue[0]; oldest !== undefined && isDue(oldest); oldest = queue[0]) {
        oldest.reject(unavailable('The log does not answer: send the same again.', this.#failure));
        queue.shift();
        this.#waiting -= 1;
      }
    }
  }

  #producerFor(leader: number): Producer {
    const known = this.#producers.get(leader);
    if (known !== undefined) return known;
    // Idempotent: a batch that is sent again, since its answer was lost, is not in the log twice.
    const made = this.#clients.producer(REQUEST_TIMEOUT_MS, { idempotent: true, timeout: ACKNOWLEDGE_TIMEOUT_MS });
    made.on('client:metadata', ({ topics }: ClusterMetadata) => this.#learned(topics.get(this.#options.topic)));
    this.#producers.set(leader, made);
    return made;
  }

  #learned(topic: ClusterTopicMetadata | undefined): void {
    for (const [partition, { leader }] of topic?.partitions.entries() ?? []) this.#leaders[partition] = leader;
  }

  /** A producer sends by what it was told itself, maybe long ago: to a former leader, which may be gone, with all that goes along. */
  #align(producer: Producer, leader: number, partitions: ReadonlySet<number>): void {
    const own = producer.currentMetadata?.topics.get(this.#options.topic)?.partitions;
    if (own !== undefined && [...partitions].some((partition) => own[partition]?.leader !== leader)) {
      producer.clearMetadata();
    }
  }

  #leaderOf(partition: number): number {
    return this.#leaders[partition] ?? NO_LEADER;
  }
}
