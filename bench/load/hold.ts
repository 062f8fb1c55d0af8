import { setTimeout as delay } from 'node:timers/promises';
import type { Values } from '../measure/metrics.ts';
import { connectAll, probe } from './connect.ts';
import type { HoldJob, Site } from './job.ts';
import { coresOf, Window } from './window.ts';

const SETTLE_MS = 2_000;

/** Holds sockets and asks what they cost; a message to each member afterwards shows that all were there. */
export async function hold(job: HoldJob, site: Site): Promise<Values> {
  const connected = await connectAll(site, job.membersPerGroup);
  await connected.pool.guard(delay(SETTLE_MS));
  const window = new Window(site);
  await connected.pool.guard(delay(job.seconds * 1_000));
  const used = window.close();
  await probe(site, connected);
  connected.pool.close();
  const { sockets } = connected.tally;
  return {
    ...connected.values,
    ...coresOf(used),
    idleCores: used.cpuMicros / used.seconds / 1e6,
    residentPerSocketKilobytes: (used.residentBytes - connected.residentBytesBefore) / sockets / 1_024,
  };
}
