import type { Client } from 'cassandra-driver';
import { CassandraError, type CassandraOptions, checkKeyspace, copiesOf } from './options.ts';
import { changeSchema } from './schema-change.ts';

const REPLICATION = 'SELECT replication FROM system_schema.keyspaces WHERE keyspace_name = ?';

/** Makes the keyspace where it does not exist; says where its replication promises less than it seems to. */
export async function ensureKeyspace(client: Client, options: CassandraOptions): Promise<void> {
  const { localDataCenter, say = () => {} } = options;
  const keyspace = checkKeyspace(options.keyspace);
  const wanted = copiesOf(options);
  const kept = await replicationOf(client, keyspace);
  checkCopies(client, options, (kept ?? wanted)[localDataCenter] ?? 0);
  if (kept === null) {
    await createKeyspace(client, keyspace, wanted);
    say(`made keyspace ${keyspace} with ${describe(wanted)}`);
  } else if (describe(kept) !== describe(wanted)) {
    say(
      `keyspace ${keyspace} has ${describe(kept)}, not ${describe(wanted)}: ALTER KEYSPACE and a full repair change it`,
    );
  }
}

async function createKeyspace(
  client: Client,
  keyspace: string,
  copies: Readonly<Record<string, number>>,
): Promise<void> {
  const map = Object.entries(copies).map(([dataCenter, count]) => `'${dataCenter}': ${count}`);
  const replication = ["'class': 'NetworkTopologyStrategy'", ...map].join(', ');
  await changeSchema(client, `CREATE KEYSPACE IF NOT EXISTS ${keyspace} WITH replication = {${replication}}`);
}

async function replicationOf(client: Client, keyspace: string): Promise<Record<string, number> | null> {
  const { rows } = await client.execute(REPLICATION, [keyspace]);
  const replication: unknown = rows[0]?.['replication'];
  if (typeof replication !== 'object' || replication === null) return null;
  const { class: _, ...copies } = replication as Record<string, string>;
  return Object.fromEntries(
    Object.entries(copies).map(([dataCenter, count]) => [dataCenter, Number.parseInt(count, 10)]),
  );
}

function checkCopies(
  client: Client,
  { keyspace, localDataCenter, say = () => {} }: CassandraOptions,
  copies: number,
): void {
  const nodes = client.hosts.values().filter(({ datacenter }) => datacenter === localDataCenter).length;
  const quorum = Math.floor(copies / 2) + 1;
  if (copies === 0) throw new CassandraError(`Keyspace ${keyspace} has no copy in data centre ${localDataCenter}.`);
  if (quorum > nodes) {
    throw new CassandraError(
      `Keyspace ${keyspace} has ${copies} copies in data centre ${localDataCenter}, which has ${nodes} node${nodes === 1 ? '' : 's'}: ${quorum} are needed.`,
    );
  }
  if (copies < 3) say(`keyspace ${keyspace} is not kept three times in ${localDataCenter}: no Cassandra node may fail`);
}

const describe = (copies: Readonly<Record<string, number>>): string =>
  Object.entries(copies)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([dataCenter, count]) => `${count} in ${dataCenter}`)
    .join(', ');
