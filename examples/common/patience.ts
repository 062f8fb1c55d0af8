import { setTimeout as delay } from 'node:timers/promises';
import { AnswerError } from './post.ts';

const WAIT_MS_FIRST = 500;
const WAIT_MS_MAX = 10_000;

/** At random, so that clients that were cut off together do not come back together. */
export const beforeRetry = (tries: number): Promise<void> =>
  delay(Math.random() * Math.min(WAIT_MS_MAX, WAIT_MS_FIRST * 2 ** Math.min(tries, 10)));

/** Tries until it succeeds, or fails with an answer that stays the same. */
export async function patiently<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof AnswerError && !error.passes) throw error;
      await beforeRetry(tries);
    }
  }
}
