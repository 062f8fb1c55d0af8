export interface PaceOptions<Worker extends object | number> {
  /** Starts a second, over all workers. */
  readonly rate: number;
  /** Each does one at a time. What finds all busy waits for one. */
  readonly workers: readonly Worker[];
  readonly work: (worker: Worker) => Promise<void>;
  readonly until: Promise<void>;
}

const TICK_MS = 1;

/** Starts work at a rate, whatever it takes. Rejects with the first failure; resolves when what was started is done. */
export async function pace<Worker extends object | number>({
  rate,
  workers,
  work,
  until,
}: PaceOptions<Worker>): Promise<void> {
  const free = [...workers];
  const failure = Promise.withResolvers<never>();
  let [due, running] = [0, 0];
  const idle = Promise.withResolvers<void>();
  let isEnding = false;
  const start = (): void => {
    while (due > 0 && !isEnding) {
      // Each in turn, so that no connection stays idle for so long that a server closes it.
      const worker = free.shift();
      if (worker === undefined) return;
      due -= 1;
      running += 1;
      work(worker).then(() => {
        running -= 1;
        free.push(worker);
        if (isEnding && running === 0) idle.resolve();
        else start();
      }, failure.reject);
    }
  };
  const startedAt = performance.now();
  let started = 0;
  const timer = setInterval(() => {
    const dueNow = Math.floor(((performance.now() - startedAt) * rate) / 1_000);
    due += dueNow - started;
    started = dueNow;
    start();
  }, TICK_MS);
  try {
    await Promise.race([until, failure.promise]);
    isEnding = true;
    if (running > 0) await Promise.race([idle.promise, failure.promise]);
  } finally {
    clearInterval(timer);
  }
}
