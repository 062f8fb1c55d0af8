import { Admin, Producer } from '@platformatic/kafka';
import { beforeAll, expect, test } from 'vitest';
import type { Command } from '../../src/domain/command.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { LogReader } from '../conformance/log-reader.ts';
import { create } from '../sequencer/commands.ts';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { until } from '../support/until.ts';

let brokers: readonly string[] = [];
beforeAll(async () => {
  brokers = (await sharedServices('kafka')).kafka;
}, SERVICES_TIMEOUT_MS);

const command = (): Command => create(newGroupId(), [newUserId()], 'PERSIST_FIRST');
const open = async (overrides: Parameters<typeof openKafkaLog>[1] = {}) => {
  const opened = await openKafkaLog(brokers, overrides);
  return { ...opened, [Symbol.asyncDispose]: () => opened.log.close() };
};
const openAdmin = () => {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [...brokers] });
  return { admin, [Symbol.asyncDispose]: async () => void (await admin.close()) };
};

test('makes its topic as configured, whoever of several nodes comes first, and says what one copy is worth', async () => {
  const prefix = newPrefix();
  const logs = await Promise.all([1, 2, 3].map((node) => open({ prefix, partitions: 7, node: `node-${node}` })));
  for (const { log, warnings } of logs) {
    expect((await log.ends()).map(({ partition }) => partition.partition)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(warnings).toEqual([expect.stringContaining('has one copy')]);
    await log.close();
  }
  await using broker = openAdmin();
  const [described] = await broker.admin.describeConfigs({
    resources: [{ resourceType: 2, resourceName: `${prefix}commands` }],
  });
  const settings = new Map(described?.configs.map(({ name, value }) => [name, value]));
  expect(settings.get('retention.ms')).toBe('-1');
  expect(settings.get('message.timestamp.type')).toBe('LogAppendTime');
});

test('does not start on another number of partitions than the topic has', async () => {
  const prefix = newPrefix();
  const { log } = await open({ prefix, partitions: 4 });
  await log.close();
  await expect(open({ prefix, partitions: 8 })).rejects.toThrow(
    `KAFKA_PARTITIONS is 8, but the topic ${prefix}commands has 4 partitions: channels would change places.`,
  );
});

test('tells at the start what of a topic made by others weakens the promise', async () => {
  const prefix = newPrefix();
  await using broker = openAdmin();
  await broker.admin.createTopics({
    ...{ topics: [`${prefix}commands`], partitions: 2, replicas: 1 },
    configs: [
      { name: 'retention.ms', value: '3600000' },
      { name: 'unclean.leader.election.enable', value: 'true' },
    ],
  });
  await using opened = await open({ prefix, partitions: 2 });
  expect(opened.warnings.join('\n')).toContain('retention.ms=3600000');
  expect(opened.warnings.join('\n')).toContain('unclean.leader.election.enable=true');
});

test('says in one line why it does not start', async () => {
  const [broker] = brokers;
  await expect(openKafkaLog(['127.0.0.1:1'])).rejects.toThrow(
    "KAFKA_BROKERS: Kafka at 127.0.0.1:1 can't be reached: connect ECONNREFUSED 127.0.0.1:1",
  );
  await expect(open({ replication: 3 })).rejects.toThrow(/^Kafka at .*: .* only 1 broker\(s\) are registered\.$/);
  // This broker speaks without TLS and names.
  const credentials = { username: 'nobody', password: 'secret', mechanism: 'plain' as const };
  await expect(open({ credentials })).rejects.toThrow(
    `KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL: Kafka at ${broker} refuses nobody: `,
  );
  await expect(open({ tls: { ca: null } })).rejects.toThrow(`KAFKA_BROKERS: Kafka at ${broker} can't be reached: `);
});

test('deletes what has had its effect, from a certain age on and nothing above it', async () => {
  const prefix = newPrefix();
  await using keeping = await open({ prefix, partitions: 1, limits: { trimIntervalMs: 20 } });
  await using trimming = await open({ prefix, partitions: 1, limits: { trimIntervalMs: 20, commandsKeptMs: 0 } });
  await using broker = openAdmin();
  for (let index = 0; index < 10; index += 1) await keeping.log.append(command());
  const [end] = await keeping.log.ends();
  if (end === undefined) throw new Error('no partition');
  await keeping.log.trim(end.partition, 9);
  await trimming.log.trim(end.partition, 4);
  const start = async () => {
    const [topic] = await broker.admin.listOffsets({
      topics: [{ name: `${prefix}commands`, partitions: [{ partitionIndex: 0, timestamp: -2n }] }],
    });
    return topic?.partitions[0]?.offset;
  };
  await until('five to be deleted', async () => (await start()) === 5n);
  // The other one has looked several times by now, and all of its commands are young.
  expect(await start()).toBe(5n);
  expect([...keeping.failures, ...trimming.failures]).toEqual([]);
});

test('passes over what is no command, and says where the log has come to', async () => {
  const prefix = newPrefix();
  await using opened = await open({ prefix, partitions: 1 });
  const topic = `${prefix}commands`;
  const producer = new Producer({ clientId: 'other', bootstrapBrokers: [...brokers] });
  const first = command();
  await opened.log.append(first);
  await producer.send({
    messages: [
      { topic, partition: 0, value: Buffer.from('what is this?') },
      { topic, partition: 0, value: Buffer.from('{"kind":"Unknown"}') },
      { topic, partition: 0 },
    ],
    acks: -1,
  });
  await producer.close();
  const reader = new LogReader().read(opened.log);
  await until('the end to be passed', () => reader.passedUpTo.get(0) === 3);
  const last = command();
  await opened.log.append(last);
  await reader.has([first.id, last.id]);
  expect(reader.records.map(({ position }) => position.offset)).toEqual([0, 4]);
  expect(reader.faults).toEqual([]);
  expect(opened.failures.map(String)).toEqual([
    expect.stringContaining(`${topic}/0/1 is no command`),
    expect.stringContaining(`${topic}/0/2 is no command`),
  ]);
});

test('reads on where the oldest is newer than what was wanted, and tells what is missing', async () => {
  const prefix = newPrefix();
  await using opened = await open({ prefix, partitions: 1, limits: { trimIntervalMs: 20, commandsKeptMs: 0 } });
  const commands = Array.from({ length: 6 }, command);
  for (const each of commands) await opened.log.append(each);
  const [end] = await opened.log.ends();
  if (end === undefined) throw new Error('no partition');
  await opened.log.trim(end.partition, 3);
  await using broker = openAdmin();
  await until('four to be deleted', async () => {
    const [topic] = await broker.admin.listOffsets({
      topics: [{ name: `${prefix}commands`, partitions: [{ partitionIndex: 0, timestamp: -2n }] }],
    });
    return topic?.partitions[0]?.offset === 4n;
  });
  const reader = new LogReader(new Map([[`${end.partition.epoch}/0`, 1]])).read(opened.log);
  await reader.has(commands.slice(4).map(({ id }) => id));
  expect(reader.records.map(({ position }) => position.offset)).toEqual([4, 5]);
  expect(opened.failures.map(String)).toEqual([
    expect.stringContaining('begins at 4: commands from 2 on were deleted before they had an effect'),
  ]);
});

test('does not read a log that lost what has had its effect, and says so', async () => {
  await using opened = await open({ partitions: 1 });
  await opened.log.append(command());
  const [end] = await opened.log.ends();
  if (end === undefined) throw new Error('no partition');
  const reader = new LogReader(new Map([[`${end.partition.epoch}/0`, 50]])).read(opened.log);
  await until('it to be told', () => opened.failures.length > 0);
  expect(String(opened.failures[0])).toContain('ends at 1, but commands up to 50 have had their effect');
  expect(reader.records).toEqual([]);
});

test('a topic that was made anew is another epoch, which is read from its beginning without a restart', async () => {
  const prefix = newPrefix();
  await using opened = await open({ prefix, partitions: 1 });
  const [before, after] = [command(), command()];
  await opened.log.append(before);
  const reader = new LogReader().read(opened.log);
  await reader.has([before.id]);
  await using broker = openAdmin();
  await broker.admin.deleteTopics({ topics: [`${prefix}commands`] });
  // One that is going is still there for a moment.
  await until('a new topic', async () => {
    const other = await openKafkaLog(brokers, { prefix, partitions: 1 }).catch(() => null);
    const [end] = (await other?.log.ends().catch(() => [])) ?? [];
    await other?.log.close();
    return end !== undefined && end.partition.epoch !== reader.records[0]?.position.epoch;
  });
  await until(
    'an append to succeed',
    () =>
      opened.log.append(after).then(
        () => true,
        () => false,
      ),
    30_000,
  );
  await reader.has([after.id]);
  const [one, other] = reader.records.map(({ position }) => position);
  expect(other?.epoch).not.toBe(one?.epoch);
  expect(reader.revocations).toEqual([0]);
}, 60_000);
