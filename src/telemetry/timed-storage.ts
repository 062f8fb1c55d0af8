import type { DurationSeries } from './durations.ts';

type Method = (...parameters: readonly unknown[]) => Promise<unknown>;

/** Where the durations of one of the storage's calls go. */
export interface TimedCall {
  readonly done: DurationSeries;
  readonly failed: DurationSeries;
}

type CallOf = (noun: string, verb: string) => TimedCall;

/** The same storage, each call of its parts timed: `noun` and `verb` are those of the port. */
export function timedStorage<Storage extends object>(storage: Storage, callOf: CallOf): Storage {
  return mapped(storage, (noun, part) => {
    if (typeof part === 'function') return part.bind(storage);
    if (typeof part !== 'object' || part === null) return part;
    return mapped(part, (verb, method) =>
      typeof method === 'function' ? timed(method.bind(part), callOf(noun, verb)) : method,
    );
  });
}

function mapped<Target extends object>(target: Target, map: (name: string, value: unknown) => unknown): Target {
  return Object.fromEntries(Object.entries(target).map(([name, value]) => [name, map(name, value)])) as Target;
}

function timed(method: Method, { done, failed }: TimedCall): Method {
  return async (...parameters) => {
    const startedAt = performance.now();
    let series = failed;
    try {
      const result = await method(...parameters);
      series = done;
      return result;
    } finally {
      series.add((performance.now() - startedAt) / 1_000);
    }
  };
}
