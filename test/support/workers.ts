import type { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** Every thread that this process starts from now on, until the test ends. */
export function watchWorkers(): readonly Worker[] {
  const workers: Worker[] = [];
  const listener = (worker: Worker): void => void workers.push(worker);
  process.on('worker', listener);
  onTestFinished(() => void process.off('worker', listener));
  return workers;
}
