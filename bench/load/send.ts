import { setTimeout as delay } from 'node:timers/promises';
import { DIALECTS } from '../dialects/dialects.ts';
import type { Values } from '../measure/metrics.ts';
import { CassandraCounters, type Writes } from './cassandra-counters.ts';
import { nowMicros } from './clock.ts';
import { connectAll, probe } from './connect.ts';
import { drain } from './drain.ts';
import { Histogram } from './histogram.ts';
import type { SendJob, Site } from './job.ts';
import { pace } from './pace.ts';
import type { Pool } from './pool.ts';
import { Publisher, publicationOf } from './publisher.ts';
import { RedisCounters } from './redis-counters.ts';
import { coresOf, partsOf, Window } from './window.ts';

const SETTLE_MS = 1_000;

type Send = (number: number) => Promise<void>;

/** Sends and waits for each acknowledgement: what that costs, and how long it takes. */
export async function send(job: SendJob, site: Site): Promise<Values> {
  const connected = await connectAll(site, job.membersPerGroup);
  const { pool, tally } = connected;
  const first = await probe(site, connected);
  await drain(tally, first);
  const missedInProbe = tally.lost(first);
  const senders = await Promise.all(
    Array.from({ length: job.senders }, (_, seat) => senderAt(job.via, seat, site, pool)),
  );
  const round = Math.ceil(first / site.groups.length);
  const numbers = new Numbers(round, site.groups.length);
  let [histogram, acknowledged] = [new Histogram(), 0];
  const timed = async ([sendOne, seat]: readonly [Send, number]): Promise<void> => {
    const startedAt = nowMicros();
    await sendOne(numbers.next(seat));
    histogram.add(nowMicros() - startedAt);
    acknowledged += 1;
  };
  const workers = senders.map((sender, seat) => [sender, seat] as const);
  // As much as the server takes, before any of it counts: see fan-out.
  const warm = delay(job.warmUpSeconds * 1_000);
  await pool.guard(inTurn(workers, timed, warm));
  const end = Promise.withResolvers<void>();
  const running = pool.guard(
    job.rate === null
      ? inTurn(workers, timed, end.promise)
      : pace({ rate: job.rate, workers, work: timed, until: end.promise }),
  );
  running.catch(() => {});
  await Promise.race([delay(SETTLE_MS), running]);
  histogram = new Histogram();
  const before = acknowledged;
  const counters = site.redisUrl === undefined ? null : new RedisCounters(site.redisUrl);
  const publishesBefore = (await counters?.publishes()) ?? 0;
  const store = site.cassandra === undefined ? null : new CassandraCounters(site.cassandra);
  const writesBefore = (await store?.writes()) ?? { all: 0, messages: 0 };
  const window = new Window(site);
  await Promise.race([delay(job.seconds * 1_000), running]);
  const used = window.close();
  const [measured, sends] = [histogram, acknowledged - before];
  const redis = counters === null ? {} : await redisValues(counters, publishesBefore, sends, site.groups);
  const writes = store === null ? {} : await storeValues(store, writesBefore, sends);
  histogram = new Histogram();
  end.resolve();
  await running;
  await drain(tally, first + acknowledged);
  pool.close();
  return {
    ...{ ...coresOf(used), ...partsOf(used, sends), ...redis, ...writes },
    cpuPerSendMicros: used.cpuMicros / sends,
    sendsPerSecond: sends / used.seconds,
    latencyP50Millis: measured.quantileMillis(0.5),
    latencyP99Millis: measured.quantileMillis(0.99),
    latencyMaxMillis: measured.maxMillis,
    lost: tally.lost(first + acknowledged) - missedInProbe,
    repeated: tally.repeated,
  };
}

async function redisValues(
  counters: RedisCounters,
  before: number,
  sends: number,
  groups: readonly string[],
): Promise<Values> {
  const publishes = (await counters.publishes()) - before;
  const redisListenersPerChannel = await counters.listenersPerChannel(groups);
  counters.close();
  return { redisPublishesPerSend: publishes / sends, redisListenersPerChannel };
}

async function storeValues(counters: CassandraCounters, before: Writes, sends: number): Promise<Values> {
  const after = await counters.writes();
  await counters.close();
  return {
    storeWritesPerSend: (after.all - before.all) / sends,
    messageWritesPerSend: (after.messages - before.messages) / sends,
  };
}

async function senderAt(via: SendJob['via'], seat: number, site: Site, pool: Pool): Promise<Send> {
  if (via === 'http') {
    const publisher = await Publisher.open(site);
    return (number) => publisher.publish(number, seat);
  }
  const { socketPublish } = DIALECTS[site.dialect];
  if (socketPublish === null) throw new Error(`Nothing is sent over a socket of ${site.dialect}`);
  let operation = 1;
  return (number) => {
    operation += 1;
    return pool.socket(seat).operate(socketPublish(String(operation), publicationOf(site, seat, number)));
  };
}

async function inTurn<Worker>(
  workers: readonly Worker[],
  work: (worker: Worker) => Promise<void>,
  until: Promise<void>,
): Promise<void> {
  let isEnding = false;
  until.then(() => {
    isEnding = true;
  });
  await Promise.all(
    workers.map(async (worker) => {
      while (!isEnding) await work(worker);
    }),
  );
}

/** Message numbers that belong to a seat's group, each given once. */
class Numbers {
  readonly #groups: number;
  readonly #rounds: number[];

  constructor(round: number, groups: number) {
    this.#groups = groups;
    this.#rounds = Array.from({ length: groups }, () => round);
  }

  next(seat: number): number {
    const group = seat % this.#groups;
    const round = this.#rounds[group] as number;
    this.#rounds[group] = round + 1;
    return round * this.#groups + group;
  }
}
