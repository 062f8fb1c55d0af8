import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** Repeats what fails because a keyspace or table that another node has just made is not known everywhere yet. */
export async function patiently<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isYoung = error instanceof Error && /does not exist|unconfigured table|Unknown CF/i.test(error.message);
      if (!isYoung || performance.now() > deadline) throw error;
      await delay(PAUSE_MS);
    }
  }
}
