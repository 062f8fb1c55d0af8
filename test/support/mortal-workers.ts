import type { Worker } from 'node:worker_threads';

/** To be imported before a node's own code: SIGUSR2 ends the newest of its threads. */
let newest: Worker | null = null;
process.on('worker', (worker: Worker) => {
  newest = worker;
});
process.on('SIGUSR2', () => void newest?.terminate());
