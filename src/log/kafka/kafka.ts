import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from '../../domain/command.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import type { Consumer, Log, Partition } from '../log.ts';
import { Appender, type AppenderOptions } from './appender.ts';
import { KafkaClients } from './clients.ts';
import type { KafkaConnection } from './connection.ts';
import { partitionOf } from './partitioner.ts';
import { Reading } from './reading.ts';
import { isTimeout, KafkaError, startError } from './start-error.ts';
import { SEGMENT_MS, TopicAdmin } from './topic.ts';
import { Trimmer } from './trimmer.ts';

export interface KafkaLogOptions extends KafkaConnection {
  /** Before the names of the topic and of the consumer group. */
  readonly prefix: string;
  /** Of the topic when it is made. A topic that has another number is an error, since channels would change places. */
  readonly partitions: number;
  /** Copies of the topic when it is made. */
  readonly replication: number;
  /** Told of every failure that is being retried. */
  readonly failed: (error: unknown) => void;
  /** Told at the start, in words, of what makes 'acknowledged' mean less than it should. */
  readonly warn: (message: string) => void;
  readonly limits: AppenderOptions['limits'] & {
    /** How long a command stays that has had its effect. */
    readonly commandsKeptMs: number;
    readonly trimIntervalMs: number;
  };
}

/** For brokers that say nothing: one that is not there is known at once. */
const START_WAIT_MS = 30_000;
/** Of a consumer: how soon its partitions go to others when it is silent. Well above the stalls of a busy process, a second at most. */
const SESSION_MS = 1_500;
/** What brokers allow unless they are told otherwise. */
const SESSION_MS_MIN_DEFAULT = 6_000;

/**
 * The log of the cluster profile: one topic, partitioned by channel. Its epoch is the topic's id.
 *
 * @throws where no broker answers, and where the topic has another number of partitions than configured.
 */
export async function createKafkaLog(options: KafkaLogOptions): Promise<Log> {
  const log = new KafkaLog(options);
  const waiting = new AbortController();
  const tooLong = delay(START_WAIT_MS, undefined, { signal: waiting.signal }).then(() => {
    const at = options.brokers.join(', ');
    throw new KafkaError(`KAFKA_BROKERS: Kafka at ${at} does not answer within ${START_WAIT_MS / 1_000} s.`);
  });
  try {
    await Promise.race([log.prepare(), tooLong]);
    return log;
  } catch (error) {
    // It may take as long again, and there is nothing to lose.
    log.close().catch(() => {});
    throw startError(error, options);
  } finally {
    waiting.abort();
  }
}

class KafkaLog implements Log {
  readonly #options: KafkaLogOptions;
  readonly #name: string;
  readonly #clients: KafkaClients;
  readonly #topic: TopicAdmin;
  readonly #appender: Appender;
  readonly #trimmer: Trimmer;
  #sessionMs = SESSION_MS;
  #reading: Reading | null = null;
  #readingEnded: Promise<void> | null = null;
  #closing: Promise<void> | null = null;

  constructor(options: KafkaLogOptions) {
    const { prefix, partitions, replication, failed, limits } = options;
    this.#options = options;
    this.#name = `${prefix}commands`;
    this.#clients = new KafkaClients(options);
    this.#topic = new TopicAdmin(this.#clients, { name: this.#name, partitions, replication });
    this.#appender = new Appender(this.#clients, { topic: this.#name, partitions, failed, limits });
    this.#trimmer = new Trimmer({
      ...{ topic: this.#topic, failed, keptMs: limits.commandsKeptMs, intervalMs: limits.trimIntervalMs },
      segmentMs: SEGMENT_MS,
      appendEmpty: (partition) => this.#appender.appendEmpty(partition),
    });
  }

  async prepare(): Promise<void> {
    const { warn } = this.#options;
    for (const weakness of await this.#preparedTopic()) warn(weakness);
    const sessionMsMin = (await this.#topic.sessionMsMin()) ?? SESSION_MS_MIN_DEFAULT;
    if (sessionMsMin <= SESSION_MS) return;
    this.#sessionMs = sessionMsMin;
    warn(
      `The brokers allow no consumer session below ${sessionMsMin} ms: where a sequencer dies, its channels wait that long ` +
        `instead of ${SESSION_MS} ms. Set group.min.session.timeout.ms=1000 on the brokers.`,
    );
  }

  /** Where a broker hangs, the next one is asked. */
  async #preparedTopic(): Promise<readonly string[]> {
    for (let left = this.#options.brokers.length - 1; ; left -= 1) {
      try {
        return await this.#topic.prepare();
      } catch (error) {
        if (left === 0 || !isTimeout(error)) throw error;
      }
    }
  }

  append(command: Command): Promise<void> {
    return this.#appender.append(command);
  }

  consume(consumer: Consumer, signal: AbortSignal): void {
    if (this.#reading !== null) throw new Error('A log has one consumer');
    const { partitions, prefix, failed } = this.#options;
    this.#reading = new Reading(consumer, {
      ...{ clients: this.#clients, topic: this.#topic, partitions, failed },
      group: `${prefix}sequencers`,
      sessionMs: this.#sessionMs,
    });
    if (signal.aborted) this.#stopReading();
    else signal.addEventListener('abort', () => this.#stopReading(), { once: true });
  }

  async ends(): Promise<readonly { readonly partition: Partition; readonly offset: number | null }[]> {
    const partitions = Array.from({ length: this.#options.partitions }, (_, partition) => partition);
    const [epoch, ends] = await Promise.all([this.#topic.epoch(), this.#topic.ends(partitions)]);
    return partitions.map((partition) => {
      const end = ends.get(partition) ?? 0;
      return { partition: { epoch, partition }, offset: end === 0 ? null : end - 1 };
    });
  }

  partitionOf(channelId: ChannelId): number {
    return partitionOf(channelId, this.#options.partitions);
  }

  async trim(partition: Partition, offset: number): Promise<void> {
    this.#trimmer.allow(partition, offset);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #stopReading(): void {
    this.#readingEnded ??= this.#reading?.close().catch(this.#options.failed) ?? null;
  }

  async #close(): Promise<void> {
    this.#stopReading();
    await Promise.all([this.#readingEnded, this.#trimmer.close()]);
    // The trimmer appends too.
    await this.#appender.close();
    await this.#topic.close();
  }
}
