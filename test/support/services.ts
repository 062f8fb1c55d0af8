import { readFile } from 'node:fs/promises';
import { parseEnv } from 'node:util';
import { inject } from 'vitest';
import type { Kind } from '../../scripts/services/origin.ts';
import { Report } from '../../scripts/services/report.ts';
import { Services, type ServicesOptions } from '../../scripts/services/services.ts';

/** For the hook that awaits servers: on a fresh machine they are fetched first. */
export const SERVICES_TIMEOUT_MS = 300_000;

export interface SharedServices {
  /** What a node is configured with: CASSANDRA_CONTACT_POINTS and so on, of the kinds that were asked for and what else was running. */
  readonly variables: Readonly<Record<string, string>>;
  /** `host:port` of each server, none where the kind was not asked for. */
  readonly cassandra: readonly string[];
  readonly kafka: readonly string[];
  readonly zookeeper: readonly string[];
  /** `redis://host:port`, two of them, so that what shards is tested sharding. */
  readonly redis: readonly string[];
}

/**
 * Servers that all tests of a run share, started when the first test asks for them and ended after the last: use names of your own
 * (keyspace, topic prefix, path) and don't harm them. SERVICES_ENV, the file that `npm run services` writes, stands in for starting any.
 */
export async function sharedServices(...kinds: readonly Kind[]): Promise<SharedServices> {
  const file = process.env['SERVICES_ENV'];
  const variables =
    file === undefined || file === '' ? await askDesk(kinds) : definedOnly(parseEnv(await readFile(file, 'utf8')));
  const list = (name: string) => variables[name]?.split(',') ?? [];
  return {
    variables,
    cassandra: list('CASSANDRA_CONTACT_POINTS'),
    kafka: list('KAFKA_BROKERS'),
    zookeeper: list('ZOOKEEPER'),
    redis: list('REDIS_URLS'),
  };
}

/** Servers of the test's own, on free ports, to stop, kill, pause and restart by name. Dispose of them at the end. */
export async function startServices(options: Omit<ServicesOptions, 'report' | 'ports'> = {}): Promise<Services> {
  return await Services.start({ ...options, ports: 'free', report: new Report(() => {}) });
}

async function askDesk(kinds: readonly Kind[]): Promise<Record<string, string>> {
  const response = await fetch(inject('servicesDesk'), { method: 'POST', body: JSON.stringify(kinds) });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Record<string, string>;
}

function definedOnly(variables: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
