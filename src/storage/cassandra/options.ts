export interface CassandraOptions {
  /** `host:port` of some of the cluster's nodes, all on the same port; the others are learned from them. */
  readonly contactPoints: readonly string[];
  /** Whose nodes are asked: no other data centre's are. */
  readonly localDataCenter: string;
  /** Made where it does not exist. Lower-case letters, digits and _, at most 48, a letter first. */
  readonly keyspace: string;
  /** Copies in the local data centre, or in each by its name. Only used when the keyspace is made. */
  readonly replication: number | Readonly<Record<string, number>>;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Encrypts connections; the server's certificate is always checked. `ca`: the certificates to trust, in PEM, instead of the system's. */
  readonly tls?: CassandraTls;
  /** How other nodes call this one while they wait for it to migrate the schema. */
  readonly node?: string;
  /** Told of what fails in the background, such as a node that is down. */
  readonly failed: (error: unknown) => void;
  /** Told of what whoever runs the node may want to know: migrations, waits, a replication that promises less. */
  readonly say?: (message: string) => void;
}

export interface CassandraTls {
  readonly ca?: string;
}

/** Why a node can't start on its Cassandra, in one line for whoever started it. */
export class CassandraError extends Error {
  override readonly name = 'CassandraError';
}

const KEYSPACE = /^[a-z][a-z0-9_]{0,47}$/;
const DATA_CENTER = /^[A-Za-z0-9_.-]+$/;

/** Throws {@link CassandraError} for a name that would have to be quoted. */
export function checkKeyspace(keyspace: string): string {
  if (KEYSPACE.test(keyspace)) return keyspace;
  throw new CassandraError(
    `The keyspace '${keyspace}' needs another name: a-z, 0-9 and _, at most 48, a letter first.`,
  );
}

/** Copies by data centre. Throws {@link CassandraError} for what Cassandra would not take. */
export function copiesOf({ replication, localDataCenter }: CassandraOptions): Readonly<Record<string, number>> {
  const copies = typeof replication === 'number' ? { [localDataCenter]: replication } : replication;
  const entries = Object.entries(copies);
  const isValid = entries.every(([name, count]) => DATA_CENTER.test(name) && Number.isInteger(count) && count > 0);
  if (entries.length > 0 && isValid) return copies;
  throw new CassandraError(`A replication is copies by data centre, such as 3 in dc1, not ${JSON.stringify(copies)}.`);
}
