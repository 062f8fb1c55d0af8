import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Producer } from '@platformatic/kafka';
import { Client, types } from 'cassandra-driver';
import type { Values } from '../measure/metrics.ts';
import { nowMicros } from './clock.ts';
import { Histogram } from './histogram.ts';
import type { BareJob } from './job.ts';
import { pace } from './pace.ts';

const WORKERS = 64;
const ALL_REPLICAS = -1;
const LEADER_WAIT_MS = 2_000;

type Act = () => Promise<unknown>;

/** The two durable writes of a send by themselves, each at the same rate and one after the other as in a send. */
export async function bare(job: BareJob): Promise<Values> {
  const name = `bench_${randomUUID().replaceAll('-', '')}`;
  const value = Buffer.alloc(job.bytes, 'x');
  await using ending = new AsyncDisposableStack();
  const produce = await producing(job, name, value, ending);
  const insert = await inserting(job, name, value, ending);
  let [produced, inserted] = [new Histogram(), new Histogram()];
  const timed = async (act: Act, into: () => Histogram): Promise<void> => {
    const startedAt = nowMicros();
    await act();
    into().add(nowMicros() - startedAt);
  };
  const work = async (): Promise<void> => {
    await timed(produce, () => produced);
    await timed(insert, () => inserted);
  };
  const end = Promise.withResolvers<void>();
  const running = pace({
    rate: job.rate,
    workers: Array.from({ length: WORKERS }, (_, worker) => worker),
    work,
    until: end.promise,
  });
  running.catch(() => {});
  await Promise.race([delay(job.warmUpSeconds * 1_000), running]);
  [produced, inserted] = [new Histogram(), new Histogram()];
  await Promise.race([delay(job.seconds * 1_000), running]);
  const [kafka, cassandra] = [produced.quantileMillis(0.5), inserted.quantileMillis(0.5)];
  if (inserted.total === 0) throw new Error('No bare write ended in time');
  const sends = inserted.total / job.seconds;
  end.resolve();
  await running;
  return {
    kafkaP50Millis: kafka,
    cassandraP50Millis: cassandra,
    latencyP50Millis: kafka + cassandra,
    sendsPerSecond: sends,
  };
}

async function producing(job: BareJob, topic: string, value: Buffer, ending: AsyncDisposableStack): Promise<Act> {
  const options = { clientId: 'parley-bench', bootstrapBrokers: [...job.kafkaBrokers] };
  const admin = new Admin(options);
  ending.defer(() => admin.close());
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  ending.defer(() => admin.deleteTopics({ topics: [topic] }));
  const producer = new Producer({ ...options, idempotent: true });
  ending.defer(() => producer.close());
  await delay(LEADER_WAIT_MS);
  return () => producer.send({ messages: [{ topic, partition: 0, value }], acks: ALL_REPLICAS });
}

async function inserting(job: BareJob, keyspace: string, value: Buffer, ending: AsyncDisposableStack): Promise<Act> {
  const { contactPoints, dataCenter, copies } = job.cassandra;
  const client = new Client({
    contactPoints: [...contactPoints],
    localDataCenter: dataCenter,
    protocolOptions: { port: Number(contactPoints[0]?.split(':').at(-1)) },
    queryOptions: { consistency: types.consistencies.localQuorum, prepare: true },
  });
  ending.defer(() => client.shutdown());
  const replication = `{'class': 'NetworkTopologyStrategy', '${dataCenter}': ${copies}}`;
  await client.execute(`CREATE KEYSPACE ${keyspace} WITH replication = ${replication}`, [], { prepare: false });
  ending.defer(async () => void (await client.execute(`DROP KEYSPACE ${keyspace}`, [], { prepare: false })));
  await client.execute(`CREATE TABLE ${keyspace}.rows (id int PRIMARY KEY, value blob)`, [], { prepare: false });
  let id = 0;
  return () => client.execute(`INSERT INTO ${keyspace}.rows (id, value) VALUES (?, ?)`, [id++, value]);
}
