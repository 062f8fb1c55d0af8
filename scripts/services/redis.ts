import { join } from 'node:path';
import { answers } from './exchange.ts';
import type { Distribution } from './origin.ts';
import { LOOPBACK, numberedNames, type Plan, type PlanOptions } from './plan.ts';

export const REDIS: Distribution = {
  kind: 'redis',
  version: '7.0.15',
  image: 'redis:7.0.15',
  imageLibraryDirectory: '',
  artifacts: [],
};

const PORT = 6_379;

/** Servers that keep nothing on disk: one that comes back is empty. */
export async function planRedis({ origin, ports, directory, count }: PlanOptions): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const name of numberedNames('redis', count)) {
    const address = { host: LOOPBACK, port: await ports.take(PORT, [LOOPBACK]) };
    plans.push({
      name,
      kind: 'redis',
      origin,
      address,
      directory: join(directory, name),
      files: {},
      program: {
        name: 'redis-server',
        words: ['--bind', address.host, '--port', String(address.port), '--save', '', '--appendonly', 'no'],
      },
      readyMsMax: 30_000,
      isReady: () => answers(address, { request: 'PING\r\n', isAnswer: (reply) => reply.toString() === '+PONG\r\n' }),
    });
  }
  return plans;
}
