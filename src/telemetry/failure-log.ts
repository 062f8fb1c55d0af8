import { LRUCache } from 'lru-cache';

export interface FailureLogOptions {
  readonly logger: { error(fields: object, message: string): void };
  /** The same is told so often at most. */
  readonly failureLogMs: number;
  readonly now?: () => number;
}

interface Told {
  at: number;
  /** Since then. */
  untold: number;
}

const FAILURES_REMEMBERED_MAX = 100;

/**
 * Tells of what fails where no request waits for it. What is tried again and again, for each of many channels, would say the same
 * a thousand times a second for as long as a store is away: it is told at once, and then with how often it happened.
 */
export function createFailureLog({ logger, failureLogMs, now = () => performance.now() }: FailureLogOptions) {
  const known = new LRUCache<string, Told>({ max: FAILURES_REMEMBERED_MAX });
  return (error: unknown): void => {
    const key = keyOf(error);
    const told = known.get(key) ?? { at: Number.NEGATIVE_INFINITY, untold: 0 };
    known.set(key, told);
    if (now() - told.at < failureLogMs) {
      told.untold += 1;
      return;
    }
    const times = told.untold === 0 ? {} : { timesSince: told.untold };
    told.at = now();
    told.untold = 0;
    logger.error({ err: error, ...times }, 'failed in the background');
  };
}

function keyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 200);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return `${error.name} ${error.message} ${cause}`.slice(0, 200);
}
