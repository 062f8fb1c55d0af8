import type { Worker } from 'node:worker_threads';

/** To be imported before a node's own code: SIGUSR2 ends the newest of its threads. Each end is told on standard error. */
let newest: Worker | null = null;
process.on('worker', (worker: Worker) => {
  newest = worker;
  worker.once('exit', () => process.stderr.write('a thread has ended\n'));
});
process.on('SIGUSR2', () => void newest?.terminate());
