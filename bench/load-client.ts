import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Answer, Order } from './load/client.ts';
import type { Values } from './measure/metrics.ts';

const CLIENT = join(import.meta.dirname, 'load/client.ts');
const CLIENT_MS_MAX = 5 * 60_000;

/** Runs one job in a client process of its own. Rejects with what went wrong there; it never outlives the signal. */
export async function runLoad(order: Order, signal: AbortSignal): Promise<Values> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(CLIENT_MS_MAX)]);
  const client = fork(CLIENT, { signal: limit, killSignal: 'SIGKILL' });
  // An abort is told by `limit` below.
  client.on('error', () => {});
  try {
    const answered = once(client, 'message', { signal: limit }) as Promise<[Answer]>;
    const ended = once(client, 'exit', { signal: limit }).then(([code]) => {
      throw new Error(`The load client ended with ${code}`);
    });
    ended.catch(() => {});
    client.send(order);
    const [answer] = await Promise.race([answered, ended]);
    if ('failed' in answer) throw new Error(answer.failed);
    return answer.values;
  } finally {
    client.kill('SIGKILL');
  }
}
