import { setTimeout as delay } from 'node:timers/promises';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 1_000;

/**
 * Repeats an idempotent act until it succeeds or the signal aborts. For what was promised and has no other way out:
 * an effect whose command is in the log.
 */
export async function persist(
  act: () => Promise<unknown>,
  failed: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      await act();
      return;
    } catch (error) {
      if (signal.aborted) return;
      failed(error);
      await delay(waitMs, undefined, { signal }).catch(() => {});
    }
  }
}
