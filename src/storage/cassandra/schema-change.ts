import type { Client } from 'cassandra-driver';
import { LIMITS } from '../../config/limits.ts';
import { CassandraError } from './options.ts';

/** Each node of the cluster takes part in a change of the schema, which takes longer than any request. */
export async function changeSchema(client: Client, statement: string): Promise<void> {
  const { info } = await client.execute(statement, [], { prepare: false, readTimeout: LIMITS.cassandra.schemaMs });
  if (!('isSchemaInAgreement' in info) || info.isSchemaInAgreement === true) return;
  throw new CassandraError('The Cassandra nodes do not agree on the schema: see that all are up, and start again.');
}
