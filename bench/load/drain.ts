import { setTimeout as delay } from 'node:timers/promises';
import type { Tally } from './tally.ts';

const DRAIN_MS_MAX = 20_000;
const STALL_MS_MAX = 1_500;

/** Waits for what is under way, as long as some of it arrives. */
export async function drain(tally: Tally, sent: number): Promise<void> {
  const deadline = performance.now() + DRAIN_MS_MAX;
  let [last, movedAt] = [tally.unique, performance.now()];
  while (tally.lost(sent) > 0 && performance.now() < deadline && performance.now() - movedAt < STALL_MS_MAX) {
    await delay(10);
    if (tally.unique !== last) [last, movedAt] = [tally.unique, performance.now()];
  }
}
