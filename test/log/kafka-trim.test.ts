import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { Appender } from '../../src/log/kafka/appender.ts';
import { KafkaClients } from '../../src/log/kafka/clients.ts';
import { TopicAdmin } from '../../src/log/kafka/topic.ts';
import { Trimmer } from '../../src/log/kafka/trimmer.ts';
import { LogReader } from '../conformance/log-reader.ts';
import { create } from '../sequencer/commands.ts';
import { newPrefix, openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { until } from '../support/until.ts';

// A broker keeps the segment that it writes, with all text in it, until something makes it begin another.
test(
  'where nothing is sent any more an empty record follows what was trimmed, and no reader minds',
  async () => {
    const brokers = (await sharedServices('kafka')).kafka;
    const prefix = newPrefix();
    const { log } = await openKafkaLog(brokers, { prefix, partitions: 1 });
    const [first, last] = [1, 2].map(() => create(newGroupId(), [newUserId()], 'PERSIST_FIRST'));
    if (first === undefined || last === undefined) throw new Error('no commands');
    await log.append(first);
    const reader = new LogReader().read(log);
    await reader.has([first.id]);

    const clients = new KafkaClients({ brokers, credentials: null, tls: null, node: 'node-1' });
    const failed = (error: unknown) => expect.fail(String(error));
    const topic = new TopicAdmin(clients, { name: `${prefix}commands`, partitions: 1, replication: 1 });
    const appender = new Appender(clients, { topic: topic.name, partitions: 1, failed, limits: LIMITS });
    const trimmer = new Trimmer({
      ...{ topic, keptMs: 0, segmentMs: 0, intervalMs: 20, failed },
      appendEmpty: (partition) => appender.appendEmpty(partition),
    });
    trimmer.allow({ epoch: await topic.epoch(), partition: 0 }, 0);
    await until('the empty record to be passed', () => reader.passedUpTo.get(0) === 1);
    await trimmer.close();
    // One: what follows it is not at its end.
    expect(await topic.range(0)).toEqual({ start: 1, end: 2 });
    await Promise.all([appender.close(), topic.close()]);

    await log.append(last);
    await reader.has([last.id]);
    expect(reader.records.map(({ position }) => position.offset)).toEqual([0, 2]);
    expect(reader.faults).toEqual([]);
    await log.close();
  },
  SERVICES_TIMEOUT_MS,
);
