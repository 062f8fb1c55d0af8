import { DATA_CENTRE } from './cassandra.ts';
import type { Kind } from './origin.ts';
import type { Server } from './server.ts';

const KEYSPACE = 'parley';

/** The configuration of a node that uses these servers: only of the kinds that are among them. */
export function variablesOf(servers: readonly Server[]): Record<string, string> {
  const hosts = addressesOf(servers, 'cassandra');
  const brokers = addressesOf(servers, 'kafka');
  const caches = addressesOf(servers, 'redis');
  const coordinators = addressesOf(servers, 'zookeeper');
  return {
    ...(hosts.length > 0 && {
      CASSANDRA_CONTACT_POINTS: hosts.join(','),
      CASSANDRA_DATACENTER: DATA_CENTRE,
      CASSANDRA_KEYSPACE: KEYSPACE,
      CASSANDRA_REPLICATION: String(Math.min(hosts.length, 3)),
    }),
    ...(brokers.length > 0 && { KAFKA_BROKERS: brokers.join(','), KAFKA_REPLICATION: String(brokers.length) }),
    ...(caches.length > 0 && { REDIS_URLS: caches.map((address) => `redis://${address}`).join(',') }),
    ...(coordinators.length > 0 && { ZOOKEEPER: coordinators.join(',') }),
  };
}

/** `host:port` of each server of a kind. */
function addressesOf(servers: readonly Server[], kind: Kind): string[] {
  return servers.filter((server) => server.kind === kind).map(({ address }) => `${address.host}:${address.port}`);
}
