import { LIMITS } from '../../src/config/limits.ts';
import { createRedisPubSub } from '../../src/pubsub/redis/redis.ts';
import { Sequencer } from '../../src/sequencer/sequencer.ts';
import { createCassandraStorage } from '../../src/storage/cassandra/storage.ts';
import { openKafkaLog } from './kafka.ts';
import type { Ground } from './sequencer-ground.ts';

/** Runs one sequencer of a group until SIGTERM. Prints 'started', then what is pushed is for others to see. */
const { ground, node } = JSON.parse(process.argv[2] ?? '') as { readonly ground: Ground; readonly node: string };
const failed = (error: unknown): void => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
};
const storage = await createCassandraStorage({ ...ground.cassandra, failed });
const { log } = await openKafkaLog(ground.brokers, { ...ground.kafka, node, failed });
const pubsub = createRedisPubSub({ ...ground.redis, failed, limits: LIMITS });
const sequencer = new Sequencer({ log, storage, pubsub, failed, limits: LIMITS });
await sequencer.start();
process.stdout.write('started\n');
process.once('SIGTERM', async () => {
  await sequencer.close();
  await log.close();
  await pubsub.close();
  await storage.close();
});
