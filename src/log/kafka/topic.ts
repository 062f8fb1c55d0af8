import { setTimeout as delay } from 'node:timers/promises';
import { type Admin, type ClusterTopicMetadata, ConfigResourceTypes, findErrorBy } from '@platformatic/kafka';
import type { KafkaClients } from './clients.ts';
import { KafkaError } from './start-error.ts';
import { insyncReplicas, TOPIC_BATCH_BYTES_MIN, type TopicSettings, weaknessesOf } from './weaknesses.ts';

export interface TopicOptions {
  readonly name: string;
  readonly partitions: number;
  readonly replication: number;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** A topic is made in a moment, but its partitions have leaders a little later. */
const LEADERS_WAIT_MS = 15_000;
const LEADERS_LOOK_MS = 100;
const DAY_MS = 86_400_000;

/** A segment goes as a whole, so text outlives its trim by at most so long. */
export const SEGMENT_MS = DAY_MS;

const SETTINGS = {
  'cleanup.policy': 'delete',
  // Only what has had its effect is trimmed, however long that takes: see the trimmer.
  'retention.ms': '-1',
  'retention.bytes': '-1',
  'segment.ms': String(SEGMENT_MS),
  // How old a command is says the broker's clock, not that of whoever appended it.
  'message.timestamp.type': 'LogAppendTime',
  'unclean.leader.election.enable': 'false',
  'max.message.bytes': String(TOPIC_BATCH_BYTES_MIN),
} as const;

/** Where the topic is looked after: made, described, trimmed. Nothing here is on a command's way. */
export class TopicAdmin {
  readonly name: string;
  readonly #admin: Admin;
  readonly #options: TopicOptions;

  constructor(clients: KafkaClients, options: TopicOptions) {
    this.#admin = clients.admin(REQUEST_TIMEOUT_MS);
    this.#options = options;
    this.name = options.name;
  }

  /**
   * Makes the topic where there is none: several nodes may do so at once. Resolves to what weakens the promise that what is
   * acknowledged is kept.
   *
   * @throws where the topic has another number of partitions, since a channel would be in another one than before.
   */
  async prepare(): Promise<readonly string[]> {
    const { name } = this;
    const { partitions, replication } = this.#options;
    await this.#createWhereMissing();
    const topic = await this.#withLeaders();
    if (topic.partitionsCount !== partitions) {
      throw new KafkaError(
        `KAFKA_PARTITIONS is ${partitions}, but the topic ${name} has ${topic.partitionsCount} partitions: ` +
          'channels would change places. Set it to what the topic has.',
      );
    }
    const copies = Math.min(...topic.partitions.map(({ replicas }) => replicas.length));
    return weaknessesOf(name, { replication, copies, settings: await this.#settings() });
  }

  /** What tells this topic from one of the same name that was deleted. */
  async epoch(): Promise<string> {
    return (await this.#describe()).id;
  }

  /** The least that a broker allows a consumer's session to be; null where it does not say. */
  async sessionMsMin(): Promise<number | null> {
    const { brokers } = await this.#admin.metadata({ topics: [] });
    const [broker] = brokers.keys();
    if (broker === undefined) return null;
    const resource = { resourceType: ConfigResourceTypes.BROKER, resourceName: String(broker) };
    const key = 'group.min.session.timeout.ms';
    return this.#config(resource, [key]).then(
      (found) => (found.has(key) ? Number(found.get(key)) : null),
      () => null,
    );
  }

  /** The offset of the oldest command that is kept, and the offset that the next one will get. */
  async range(partition: number): Promise<{ readonly start: number; readonly end: number }> {
    const [starts, ends] = await Promise.all([this.#offsets([partition], -2n), this.#offsets([partition], -1n)]);
    return { start: starts.get(partition) ?? 0, end: ends.get(partition) ?? 0 };
  }

  /** The offset that the next command of each partition will get. */
  ends(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    return this.#offsets(partitions, -1n);
  }

  /** The offset of the first command that is not older; absent where all are. */
  notOlderThan(partitions: readonly number[], time: number): Promise<ReadonlyMap<number, number>> {
    return this.#offsets(partitions, BigInt(time));
  }

  /** Deletes what is below the offsets. */
  async deleteBelow(offsets: ReadonlyMap<number, number>): Promise<void> {
    const partitions = [...offsets].map(([partition, offset]) => ({ partition, offset: BigInt(offset) }));
    await this.#admin.deleteRecords({ topics: [{ name: this.name, partitions }] });
  }

  async close(): Promise<void> {
    await this.#admin.close();
  }

  async #offsets(partitions: readonly number[], timestamp: bigint): Promise<ReadonlyMap<number, number>> {
    const asked = partitions.map((partitionIndex) => ({ partitionIndex, timestamp }));
    const topics = await this.#admin.listOffsets({ topics: [{ name: this.name, partitions: asked }] });
    const found = topics.flatMap((topic) => topic.partitions).filter(({ offset }) => offset >= 0n);
    return new Map(found.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)]));
  }

  async #createWhereMissing(): Promise<void> {
    const { name } = this;
    const { partitions, replication } = this.#options;
    if ((await this.#admin.listTopics()).includes(name)) return;
    const configs = Object.entries(SETTINGS).map(([key, value]) => ({ name: key, value }));
    const minInsync = { name: 'min.insync.replicas', value: String(insyncReplicas(replication)) };
    try {
      await this.#admin.createTopics({
        topics: [name],
        ...{ partitions, replicas: replication },
        configs: [...configs, minInsync],
      });
    } catch (error) {
      if (findErrorBy(error as Error, 'apiId', 'TOPIC_ALREADY_EXISTS') === null) throw error;
    }
  }

  async #withLeaders(): Promise<ClusterTopicMetadata> {
    const deadline = performance.now() + LEADERS_WAIT_MS;
    for (;;) {
      try {
        const topic = await this.#describe();
        if (topic.partitions.every(({ leader }) => leader >= 0)) return topic;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
      if (performance.now() > deadline) throw new Error(`The topic ${this.name} has partitions without a leader.`);
      await delay(LEADERS_LOOK_MS);
    }
  }

  async #describe(): Promise<ClusterTopicMetadata> {
    const { name } = this;
    const topic = (await this.#admin.metadata({ topics: [name], forceUpdate: true })).topics.get(name);
    if (topic === undefined) throw new Error(`There is no topic ${name}.`);
    return topic;
  }

  async #settings(): Promise<TopicSettings | null> {
    const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: this.name };
    return this.#config(resource, null).catch(() => null);
  }

  async #config(
    resource: { resourceType: (typeof ConfigResourceTypes)['TOPIC' | 'BROKER']; resourceName: string },
    configurationKeys: string[] | null,
  ): Promise<ReadonlyMap<string, string>> {
    const described = await this.#admin.describeConfigs({ resources: [{ ...resource, configurationKeys }] });
    const values = described.flatMap(({ configs }) => configs);
    return new Map(values.flatMap(({ name, value }) => (value ? [[name, value] as const] : [])));
  }
}
