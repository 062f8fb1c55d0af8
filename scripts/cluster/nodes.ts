import { join } from 'node:path';
import { NODE_FLAGS } from '../node-flags.ts';
import { answers } from '../services/exchange.ts';
import { ownProcess } from '../services/packages.ts';
import { LOOPBACK, type Plan } from '../services/plan.ts';
import type { Ports } from '../services/ports.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const FIRST_PORT = 4_001;

/** Two regions, so that discovery has something to choose. */
const NODES = [
  { name: 'a', region: 'north' },
  { name: 'b', region: 'north' },
  { name: 'c', region: 'south' },
] as const;

export interface NodePlan extends Plan {
  readonly region: string;
  readonly publicUrl: string;
}

export interface NodesOptions {
  readonly ports: Ports;
  /** Holds a directory for each node. */
  readonly directory: string;
  /** What the services are reached by. */
  readonly variables: Readonly<Record<string, string>>;
  /** The edge's address, without a slash at the end. */
  readonly edgeUrl: string;
}

export async function planNodes({ ports, directory, variables, edgeUrl }: NodesOptions): Promise<readonly NodePlan[]> {
  const plans: NodePlan[] = [];
  for (const [index, { name, region }] of NODES.entries()) {
    const address = { host: LOOPBACK, port: await ports.take(FIRST_PORT + index, [LOOPBACK]) };
    const publicUrl = `${edgeUrl}/nodes/${name}`;
    const own = {
      HOST: LOOPBACK,
      PORT: String(address.port),
      NODE_NAME: name,
      REGION: region,
      PUBLIC_URL: publicUrl,
      TRUSTED_PROXIES: '1',
      KAFKA_PARTITIONS: '12',
    };
    plans.push({
      ...{ name: `node-${name}`, kind: 'node', address, region, publicUrl },
      directory: join(directory, `node-${name}`),
      origin: {
        ...{ label: `region ${region}`, libraryDirectory: '', ...ownProcess },
        command: ({ words }) => ({ file: process.execPath, words }),
      },
      files: { 'node.env': environmentText({ ...variables, ...own }) },
      program: { name: 'node', words: [...NODE_FLAGS, '--env-file=conf/node.env', MAIN] },
      readyMsMax: 60_000,
      isReady: () =>
        answers(address, {
          request: `GET /ready HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`,
          isAnswer: (reply) => reply.toString('latin1').startsWith('HTTP/1.1 200'),
        }),
    });
  }
  return plans;
}

function environmentText(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
