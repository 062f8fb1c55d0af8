import { setTimeout as delay } from 'node:timers/promises';
import { DIALECTS } from '../dialects/dialects.ts';
import type { Values } from '../measure/metrics.ts';
import { nowMicros } from './clock.ts';
import { Histogram } from './histogram.ts';
import { HttpConnection } from './http-connection.ts';
import type { RequestsJob, Site } from './job.ts';
import { coresOf, Window } from './window.ts';

/** Asks the same questions over and over; every answer is looked at. */
export async function requests(job: RequestsJob, site: Site): Promise<Values> {
  const { httpPath, httpHeaders } = DIALECTS[site.dialect];
  const headers = httpHeaders(site.tokens[0] ?? '');
  const connections = await Promise.all(Array.from({ length: job.inFlight }, () => HttpConnection.open(site.port)));
  let [histogram, answered, isEnding] = [new Histogram(), 0, false];
  const running = Promise.all(
    connections.map(async (connection, index) => {
      for (let count = index; !isEnding; count += 1) {
        const startedAt = nowMicros();
        const answer = await connection.post(httpPath, headers, job.requests[count % job.requests.length] as string);
        histogram.add(nowMicros() - startedAt);
        requireWhole(answer, job.contains);
        answered += 1;
      }
    }),
  );
  running.catch(() => {});
  await Promise.race([delay(job.warmUpSeconds * 1_000), running]);
  histogram = new Histogram();
  const before = answered;
  const window = new Window(site);
  await Promise.race([delay(job.seconds * 1_000), running]);
  const used = window.close();
  const [measured, count] = [histogram, answered - before];
  isEnding = true;
  await running;
  for (const connection of connections) connection.close();
  return {
    ...coresOf(used),
    cpuPerRequestMicros: used.cpuMicros / count,
    requestsPerSecond: count / used.seconds,
    latencyP50Millis: measured.quantileMillis(0.5),
    latencyP99Millis: measured.quantileMillis(0.99),
    latencyMaxMillis: measured.maxMillis,
  };
}

function requireWhole(answer: string, { text, times }: RequestsJob['contains']): void {
  const found = answer.split(text).length - 1;
  if (found !== times) throw new Error(`An answer has ${found} times ${text}, not ${times}: ${answer.slice(0, 300)}`);
}
