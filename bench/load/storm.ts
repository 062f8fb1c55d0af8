import { setTimeout as delay } from 'node:timers/promises';
import type { Values } from '../measure/metrics.ts';
import type { Site, StormJob } from './job.ts';
import { LiveWatch } from './live-watch.ts';
import { Pool } from './pool.ts';
import { Publisher } from './publisher.ts';
import { storeReads } from './store-reads.ts';
import { Tally } from './tally.ts';

const SETTLE_MS = 1_000;
const CATCH_UP_MS_MAX = 120_000;
const TICK_MS = 2;
/** Members of group 0 that stay. */
const STAYING = 10;
const TRIES_MAX = 5;
const PUBLISHERS = 8;

/**
 * All sockets but those of group 0 connect within the jitter, are cut at once, miss messages in each group, and come back within the
 * jitter: the first connect, without anything missed, is what coming back is compared with. Group 0 stays, and its longest pause is
 * what others suffer.
 */
export async function storm(job: StormJob, site: Site): Promise<Values> {
  const groups = site.groups.length;
  const sockets = groups * job.membersPerGroup;
  const tally = new Tally({ sockets, groups, membersPerGroup: job.membersPerGroup });
  const pool = new Pool({ site, sockets: sockets - job.membersPerGroup + STAYING, tally, triesMax: TRIES_MAX });
  const indexes = Array.from({ length: sockets }, (_, index) => index);
  const away = indexes.filter((index) => index % groups !== 0);
  const staying = indexes.filter((index) => index % groups === 0).slice(0, STAYING);

  for (const index of staying) pool.openOne(index, null);
  await pool.subscribed(staying.length);
  const watch = await LiveWatch.start(site);
  const arrivals = new Arrivals();
  tally.onDelivery = (socket) => {
    if (socket % groups === 0) watch.heard(socket);
    else arrivals.add();
  };

  const connectMillis = await connectWithin(job.jitterMs, away, pool, null);
  watch.reset();
  for (const index of away) pool.cut(index);
  await publishRounds(site, job.missedPerGroup);
  const readsBefore = await storeReads(site);
  const startedAt = performance.now();
  const isBack = connectWithin(job.jitterMs, away, pool, 0);
  isBack.catch(() => {});
  await pool.guard(arrivals.reach(away.length * job.missedPerGroup));
  const caughtUpMillis = performance.now() - startedAt;
  await isBack;
  await delay(SETTLE_MS);
  const livePauseMillis = watch.longestPauseMillis;
  const reads = (await storeReads(site)) - readsBefore;
  await watch.stop();
  pool.close();
  return {
    ...{ sockets: away.length, connectMillis, caughtUpMillis, livePauseMillis, retries: pool.retries },
    lost: away.length * job.missedPerGroup - arrivals.count,
    repeated: tally.repeated,
    storeReadsPerChannel: reads / (groups - 1),
  };
}

/** Opens each at a moment of its own, and resolves with the milliseconds until all are subscribed. */
async function connectWithin(
  jitterMs: number,
  indexes: readonly number[],
  pool: Pool,
  after: number | null,
): Promise<number> {
  const startedAt = performance.now();
  const due = indexes.map((index) => ({ index, atMs: Math.random() * jitterMs })).sort((a, b) => b.atMs - a.atMs);
  while (due.length > 0) {
    for (let next = due.at(-1); next !== undefined && next.atMs <= performance.now() - startedAt; next = due.at(-1)) {
      due.pop();
      pool.openOne(next.index, after);
    }
    await delay(TICK_MS);
  }
  await pool.allSubscribed();
  return performance.now() - startedAt;
}

/** To all groups side by side, so that nobody is away for longer than it takes. */
async function publishRounds(site: Site, rounds: number): Promise<void> {
  const groups = Array.from({ length: site.groups.length - 1 }, (_, index) => index + 1);
  const publishers = await Promise.all(Array.from({ length: PUBLISHERS }, () => Publisher.open(site)));
  for (let round = 0; round < rounds; round += 1) {
    const waiting = groups.map((group) => round * site.groups.length + group);
    await Promise.all(
      publishers.map(async (publisher) => {
        for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) await publisher.publish(number);
      }),
    );
  }
  for (const publisher of publishers) publisher.close();
}

class Arrivals {
  #count = 0;
  #wanted = Number.POSITIVE_INFINITY;
  #reached: () => void = () => {};

  get count(): number {
    return this.#count;
  }

  add(): void {
    this.#count += 1;
    if (this.#count >= this.#wanted) this.#reached();
  }

  async reach(wanted: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#wanted = wanted;
    this.#reached = () => resolve(true);
    if (this.#count >= wanted) resolve(true);
    const late = setTimeout(() => resolve(false), CATCH_UP_MS_MAX);
    const isReached = await promise;
    clearTimeout(late);
    if (!isReached) throw new Error(`Only ${this.#count} of ${wanted} messages arrived`);
  }
}
