import { setTimeout as delay } from 'node:timers/promises';
import type { Values } from '../measure/metrics.ts';
import { usageOf } from '../measure/process-usage.ts';
import type { Site } from './job.ts';
import { Pool } from './pool.ts';
import { Publisher } from './publisher.ts';
import { Tally } from './tally.ts';

export interface Connected {
  readonly pool: Pool;
  readonly tally: Tally;
  readonly values: Values;
  readonly residentBytesBefore: number;
}

const SETTLE_MS = 400;
const PROBE_ROUNDS_MAX = 20;
const PROBE_WAIT_MS = 300;

/** Opens every member's socket and says what that cost. */
export async function connectAll(site: Site, membersPerGroup: number): Promise<Connected> {
  const sockets = site.groups.length * membersPerGroup;
  const tally = new Tally({ sockets, groups: site.groups.length, membersPerGroup });
  const pool = new Pool({ site, sockets, tally });
  const before = usageOf(site.processIds);
  const startedAt = performance.now();
  await pool.open();
  const connectMillis = performance.now() - startedAt;
  await delay(SETTLE_MS);
  const { cpuMicros } = usageOf(site.processIds);
  const connectCpuPerSocketMicros = (cpuMicros - before.cpuMicros) / sockets;
  const values = { sockets, connectMillis, connectCpuPerSocketMicros };
  return { pool, tally, values, residentBytesBefore: before.residentBytes };
}

/**
 * Sends a first message to every group until each member has had one: a subscription can be acknowledged before it hears anything. Gives
 * the number of the next message.
 */
export async function probe(site: Site, { pool, tally }: Connected): Promise<number> {
  const publisher = await Publisher.open(site);
  const heard = new Set<number>();
  tally.onDelivery = (socket) => heard.add(socket);
  const sockets = tally.sockets;
  let number = 0;
  for (let round = 0; round < PROBE_ROUNDS_MAX && heard.size < sockets; round += 1) {
    for (const _ of site.groups) {
      await pool.guard(publisher.publish(number));
      number += 1;
    }
    for (let waited = 0; waited < PROBE_WAIT_MS && heard.size < sockets; waited += 5) await delay(5);
  }
  publisher.close();
  tally.onDelivery = () => {};
  if (heard.size < sockets) throw new Error(`Only ${heard.size} of ${sockets} members had a first message`);
  return number;
}
