import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { Values } from '../measure/metrics.ts';
import { nowMicros } from './clock.ts';
import { Histogram } from './histogram.ts';
import type { CatchUpJob, Site } from './job.ts';
import { coresOf, Window } from './window.ts';

const CATCH_UP_MS_MAX = 30_000;

/** How long a subscription takes to bring what was missed, connecting included. */
export async function catchUp(job: CatchUpJob, site: Site): Promise<Values> {
  let [histogram, count, isEnding] = [new Histogram(), 0, false];
  const repeat = async (): Promise<void> => {
    while (!isEnding) {
      const startedAt = nowMicros();
      await once(job, site);
      histogram.add(nowMicros() - startedAt);
      count += 1;
    }
  };
  const running = repeat();
  running.catch(() => {});
  await Promise.race([delay(job.warmUpSeconds * 1_000), running]);
  histogram = new Histogram();
  const before = count;
  const window = new Window(site);
  await Promise.race([delay(job.seconds * 1_000), running]);
  const used = window.close();
  const [measured, times] = [histogram, count - before];
  isEnding = true;
  await running;
  return {
    ...coresOf(used),
    cpuPerRequestMicros: used.cpuMicros / times,
    requestsPerSecond: times / used.seconds,
    latencyP50Millis: measured.quantileMillis(0.5),
    latencyP99Millis: measured.quantileMillis(0.99),
    latencyMaxMillis: measured.maxMillis,
  };
}

async function once({ payload, events }: CatchUpJob, { port, tokens }: Site): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
  const late = setTimeout(() => reject(new Error('An inbox did not catch up in time')), CATCH_UP_MS_MAX);
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  let arrived = 0;
  socket.on('error', reject);
  socket.on('close', (code) => reject(new Error(`The socket was closed with ${code}`)));
  socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${tokens[0]}` } }));
  socket.on('message', (data) => {
    const frame = String(data);
    if (frame.includes('connection_ack')) send({ type: 'subscribe', id: '1', payload });
    else if (frame.includes('"errors"') || frame.includes('"type":"error"')) reject(new Error(frame.slice(0, 300)));
    else if (frame.includes('"type":"next"')) arrived += 1;
    if (arrived === events) resolve();
  });
  try {
    await promise;
  } finally {
    clearTimeout(late);
    socket.terminate();
  }
}
