import { isRunByNpm, watchParent } from './parent.ts';

export interface EndSignal extends Disposable {
  /** Aborts, with the reason, on SIGINT, SIGTERM and SIGHUP, and when the parent is gone. */
  readonly signal: AbortSignal;
  /** Resolves then, and keeps the process alive until then: signal handlers alone don't. */
  received(): Promise<void>;
}

/** @param parentProcessId ends with that process; without it a run under npm ends with npm */
export function endSignal(parentProcessId?: number): EndSignal {
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => end.abort(new Error(`ended by ${signal}`)));
  }
  const parent = parentProcessId === undefined ? 'npm' : `process ${parentProcessId}`;
  const isWatching = parentProcessId !== undefined || isRunByNpm();
  const watch = isWatching ? watchParent(parentProcessId, () => end.abort(new Error(`${parent} is gone`))) : undefined;
  return {
    signal: end.signal,
    async received() {
      const { promise, resolve } = Promise.withResolvers<void>();
      end.signal.addEventListener('abort', () => resolve(), { once: true });
      if (end.signal.aborted) resolve();
      const alive = setInterval(() => {}, 2 ** 30);
      await promise;
      clearInterval(alive);
    },
    [Symbol.dispose]: () => watch?.[Symbol.dispose](),
  };
}
