import { setTimeout as delay } from 'node:timers/promises';
import { Admin } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '../../scripts/services/server.ts';
import type { Services } from '../../scripts/services/services.ts';
import type { Command } from '../../src/domain/command.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { Log } from '../../src/log/log.ts';
import { LogReader } from '../conformance/log-reader.ts';
import { create } from '../sequencer/commands.ts';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';

/** As often as the client asks who leads what, if nothing tells it otherwise, and some seconds more. */
const LOOKS_MS = 8_000;
const SPACING_MS = 200;

/** The first leads and coordinates what is looked at; the second is hurt. */
describe('a log on two brokers', { timeout: 180_000 }, () => {
  let services: Services;
  let hurt: Server;
  let live: string;
  let away: string;
  let admin: Admin;
  let prefix: string;

  beforeAll(async () => {
    services = await startServices({ only: ['kafka'], kafkaBrokers: 2 });
    hurt = services.server('kafka-2');
    [live = '', away = ''] = services.servers.map(({ address }) => `${address.host}:${address.port}`);
  }, SERVICES_TIMEOUT_MS);
  afterAll(() => services[Symbol.asyncDispose]());
  beforeEach(async () => {
    admin = new Admin({ clientId: 'test', bootstrapBrokers: [live] });
    const areBothThere = async () => (await admin.metadata({ topics: [], forceUpdate: true })).brokers.size === 2;
    await until('both brokers', areBothThere, 60_000);
    prefix = await prefixCoordinatedByFirst(admin);
  });
  afterEach(async () => {
    if (hurt.state === 'paused') await hurt.resume();
    if (hurt.state === 'down') await hurt.start();
    await admin.close();
  });

  /** The leader of each partition first. */
  async function createTopic(...brokers: readonly (readonly number[])[]): Promise<string> {
    const topic = `${prefix}commands`;
    const assignments = brokers.map((each, partition) => ({ partition, brokers: [...each] }));
    await admin.createTopics({
      topics: [topic],
      assignments,
      configs: [{ name: 'min.insync.replicas', value: '1' }],
    });
    const areLed = async () => {
      const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true });
      return (
        topics.get(topic)?.partitions.every(({ leader }, partition) => leader === brokers[partition]?.[0]) === true
      );
    };
    await until('the leaders', () => areLed().catch(() => false), 30_000);
    return topic;
  }

  /** One command after the other, each read before the next is appended. */
  async function flows(log: Log, reader: LogReader, partition: number, forMs: number): Promise<void> {
    for (const end = performance.now() + forMs; performance.now() < end; ) {
      const command = commandOf(log, partition);
      await log.append(command);
      await until('it to be read', () => hasRead(reader, command), 10_000);
      await delay(SPACING_MS);
    }
  }

  async function flowsAgain(log: Log, reader: LogReader, partition: number): Promise<void> {
    const command = commandOf(log, partition);
    const isRead = async () => {
      await log.append(command).catch(() => {});
      return hasRead(reader, command);
    };
    await until('the partition to have a leader', isRead, 60_000);
  }

  // Reading stopped for as long as the first of the list was held still, though it led nothing.
  it('goes on where the first that it knows of hangs', async () => {
    await createTopic([1], [1]);
    const { log } = await openKafkaLog([away, live], { prefix, partitions: 2 });
    const reader = new LogReader().read(log);
    await flows(log, reader, 0, 1_000);
    await hurt.pause();
    await flows(log, reader, 0, 2 * LOOKS_MS);
    expect({ faults: reader.faults, revocations: reader.revocations }).toEqual({ faults: [], revocations: [] });
    reader.stop();
    await log.close();
  });

  it('starts where the first that it knows of hangs', async () => {
    await createTopic([1], [1]);
    await hurt.pause();
    const { log } = await openKafkaLog([away, live], { prefix, partitions: 2 });
    const reader = new LogReader().read(log);
    const command = commandOf(log, 1);
    await log.append(command);
    await until('it to be read', () => reader.records.length > 0, 60_000);
    reader.stop();
    await log.close();
  });

  // One partition without a leader kept all others from being read and appended to, for as long as it had none.
  it('goes on with the partitions that have a leader where one has none', async () => {
    await createTopic([1], [2]);
    const { log } = await openKafkaLog([live, away], { prefix, partitions: 2 });
    const reader = new LogReader().read(log);
    await flows(log, reader, 0, 1_000);
    await flows(log, reader, 1, 1_000);
    await hurt.stop();
    await expect(log.append(commandOf(log, 1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await flows(log, reader, 0, LOOKS_MS);
    await hurt.start();
    await flowsAgain(log, reader, 1);
    reader.stop();
    await log.close();
  });

  it('goes on with what another has taken over', async () => {
    await createTopic([2, 1], [1, 2]);
    const { log } = await openKafkaLog([live, away], { prefix, partitions: 2, replication: 2 });
    const reader = new LogReader().read(log);
    await flows(log, reader, 0, 1_000);
    await flows(log, reader, 1, 1_000);
    await hurt.kill();
    await flowsAgain(log, reader, 0);
    await Promise.all([flows(log, reader, 0, 2_000), flows(log, reader, 1, 2_000)]);
    reader.stop();
    await log.close();
  });

  // Two brokers' batches were counted together: where one's failed, the other's was acknowledged as a repetition of an earlier one, and never kept.
  it('has what it acknowledged while another broker hung', async () => {
    const topic = await createTopic([1, 2], [2, 1]);
    const { log } = await openKafkaLog([away, live], { prefix, partitions: 2, replication: 2 });
    const ends = async () => {
      const partitions = [{ partitionIndex: 0, timestamp: -1n }];
      const [found] = await admin.listOffsets({ topics: [{ name: topic, partitions }] });
      return Number(found?.partitions[0]?.offset);
    };
    await log.append(commandOf(log, 0));
    await log.append(commandOf(log, 1));
    expect(await ends()).toBe(1);
    // The other's batch fails after the next for this one was begun, and before it is counted: that waits for who leads what, asked every 30 s.
    await delay(24_000);
    await hurt.pause();
    await delay(3_000);
    const lost = log.append(commandOf(log, 1)).catch(() => {});
    await delay(9_000);
    await log.append(commandOf(log, 0));
    expect(await ends()).toBe(2);
    await hurt.resume();
    await lost;
    await log.close();
  });
});

const hasRead = ({ records }: LogReader, { id }: Command): boolean => records.some(({ command }) => command.id === id);

function commandOf(log: Log, partition: number): Command {
  for (;;) {
    const channelId = newGroupId();
    if (log.partitionOf(channelId) === partition) return create(channelId, [newUserId()], 'PERSIST_FIRST');
  }
}

/** A group's name says which broker coordinates it. */
async function prefixCoordinatedByFirst(admin: Admin): Promise<string> {
  return await until(
    'a group that the first coordinates',
    async () => {
      const prefix = newPrefix();
      const [found] = await admin.findCoordinator({ keyType: 0, keys: [`${prefix}sequencers`] }).catch(() => []);
      return found?.nodeId === 1 && prefix;
    },
    60_000,
  );
}
