import { CLIENT_LIMITS } from './limits.ts';

/**
 * How long to wait before the next try, with full jitter: clients that were cut together come back spread out. The first try is within a second,
 * no wait is longer than ten, and there is no last try.
 * @param tries how many have failed in a row, from 0
 * @param chance from 0 to 1
 */
export function retryDelayMs(tries: number, chance: number): number {
  const { retryFirstMs, retryMaxMs } = CLIENT_LIMITS;
  return chance * Math.min(retryMaxMs, retryFirstMs * 2 ** Math.min(tries, 16));
}
