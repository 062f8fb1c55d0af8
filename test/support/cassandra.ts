import { randomBytes } from 'node:crypto';
import { Client, type ClientOptions } from 'cassandra-driver';
import type { CassandraOptions } from '../../src/storage/cassandra/options.ts';
import { createCassandraStorage } from '../../src/storage/cassandra/storage.ts';
import { sharedServices } from './services.ts';

/** A keyspace of the test file's own on the Cassandra that all tests share. */
export async function newKeyspace() {
  const { cassandra: contactPoints, variables } = await sharedServices('cassandra');
  const options: CassandraOptions = {
    contactPoints,
    localDataCenter: variables['CASSANDRA_DATACENTER'] ?? 'dc1',
    keyspace: `test_${randomBytes(6).toString('hex')}`,
    replication: 1,
    failed: () => {},
  };
  return {
    options,
    open: (other: Partial<CassandraOptions> = {}) => createCassandraStorage({ ...options, ...other }),
    async drop() {
      await using client = await plainClient(options);
      await client.execute(`DROP KEYSPACE IF EXISTS ${options.keyspace}`, [], { readTimeout: 60_000 });
    },
  };
}

/** To look at what is stored, beside the storage. */
export async function plainClient(options: CassandraOptions, more: ClientOptions = {}) {
  const client = new Client({
    contactPoints: [...options.contactPoints],
    localDataCenter: options.localDataCenter,
    protocolOptions: { port: Number(options.contactPoints[0]?.split(':')[1]) },
    ...more,
  });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.shutdown() });
}
