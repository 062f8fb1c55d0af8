import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const PAUSE_MS = 100;

/** A replica that does not know a table yet fails, as others say it in words. */
const IS_YOUNG = /does not exist|unconfigured table|Unknown CF|Server failure during/i;

/** Repeats what fails because a keyspace or table that another node has just made is not known everywhere yet. */
export async function patiently<Result>(act: () => Promise<Result>): Promise<Result> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const isYoung = error instanceof Error && IS_YOUNG.test(error.message);
      if (!isYoung || performance.now() > deadline) throw error;
      await delay(PAUSE_MS);
    }
  }
}
