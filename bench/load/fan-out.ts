import { setTimeout as delay } from 'node:timers/promises';
import type { Values } from '../measure/metrics.ts';
import { connectAll, probe } from './connect.ts';
import { drain } from './drain.ts';
import { Histogram } from './histogram.ts';
import type { FanOutJob, Site } from './job.ts';
import { pace } from './pace.ts';
import { Publisher } from './publisher.ts';
import type { Tally } from './tally.ts';
import { coresOf, Window } from './window.ts';

const PUBLISHERS = 16;
const SETTLE_MS = 1_000;
const MESSAGES_MAX = 600_000;

/**
 * Delivers to groups, and counts between two moments at which the load is steady. First every server gets as much as it takes: one that
 * has just started runs code that is not compiled yet, and is no measure of one that has run for an hour.
 */
export async function fanOut(job: FanOutJob, site: Site): Promise<Values> {
  const connected = await connectAll(site, job.membersPerGroup);
  const { pool, tally } = connected;
  // What a member had of the rounds before its subscription was taken is not counted.
  const first = await probe(site, connected);
  await drain(tally, first);
  const missedInProbe = tally.lost(first);
  const warmUp = new Stream({ ...job, rate: null, inFlight: PUBLISHERS }, site, tally, first);
  const warming = pool.guard(warmUp.run());
  await Promise.race([delay(job.warmUpSeconds * 1_000), warming]);
  warmUp.stop();
  const warm = await warming;
  await drain(tally, warm);
  const stream = new Stream(job, site, tally, warm);
  const running = pool.guard(stream.run());
  // Whoever awaits it below hears of a failure.
  running.catch(() => {});
  await Promise.race([delay(SETTLE_MS), running]);
  const histogram = new Histogram();
  tally.measureInto(histogram);
  const window = new Window(site);
  await Promise.race([delay(job.seconds * 1_000), running]);
  const used = window.close();
  tally.measureInto(null);
  stream.stop();
  const next = await running;
  await drain(tally, next);
  pool.close();
  return {
    ...connected.values,
    ...coresOf(used),
    cpuPerDeliveryMicros: used.cpuMicros / histogram.total,
    clientPerDeliveryMicros: used.clientMicros / histogram.total,
    deliveriesPerSecond: histogram.total / used.seconds,
    latencyP50Millis: histogram.quantileMillis(0.5),
    latencyP99Millis: histogram.quantileMillis(0.99),
    latencyMaxMillis: histogram.maxMillis,
    lost: tally.lost(next) - missedInProbe,
    repeated: tally.repeated,
  };
}

/** Messages one after the other, until it is stopped. */
class Stream {
  readonly #job: FanOutJob;
  readonly #site: Site;
  readonly #tally: Tally;
  readonly #first: number;
  #next: number;
  #isStopped = false;
  #stop: () => void = () => {};

  constructor(job: FanOutJob, site: Site, tally: Tally, first: number) {
    this.#job = job;
    this.#site = site;
    this.#tally = tally;
    this.#first = first;
    this.#next = first;
  }

  /** Resolves with the number of the message that was not sent any more, when all before it are acknowledged. */
  async run(): Promise<number> {
    const { rate, inFlight } = this.#job;
    const count = rate === null ? inFlight : PUBLISHERS;
    const publishers = await Promise.all(Array.from({ length: count }, () => Publisher.open(this.#site)));
    if (rate === null) await this.#saturate(publishers);
    else
      await pace({ rate, workers: publishers, work: (publisher) => this.#publish(publisher), until: this.#stopped() });
    for (const publisher of publishers) publisher.close();
    return this.#next;
  }

  stop(): void {
    this.#isStopped = true;
    this.#stop();
  }

  #stopped(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#stop = resolve;
    if (this.#isStopped) resolve();
    return promise;
  }

  async #publish(publisher: Publisher): Promise<void> {
    if (this.#next - this.#first >= MESSAGES_MAX) throw new Error(`More than ${MESSAGES_MAX} messages`);
    await publisher.publish(this.#next++);
  }

  /** A message is done when every member has it; then another takes its place. */
  async #saturate(publishers: readonly Publisher[]): Promise<void> {
    const slots = new Map<number, () => void>();
    this.#tally.onComplete = (number) => slots.get(number)?.();
    this.#stop = () => {
      for (const done of slots.values()) done();
    };
    await Promise.all(
      publishers.map(async (publisher) => {
        while (!this.#isStopped) {
          const number = this.#next;
          const { promise, resolve } = Promise.withResolvers<void>();
          slots.set(number, resolve);
          await this.#publish(publisher);
          await promise;
          slots.delete(number);
        }
      }),
    );
  }
}
