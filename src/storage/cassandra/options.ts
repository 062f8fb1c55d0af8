import type { ConnectionOptions } from 'node:tls';

export interface CassandraOptions {
  /** `host:port` of some of the cluster's nodes, all on the same port; the others are learned from them. */
  readonly contactPoints: readonly string[];
  /** Whose nodes are asked: no other data centre's are. */
  readonly localDataCenter: string;
  /** Made where it does not exist. Lower-case letters, digits and _, at most 48, a letter first. */
  readonly keyspace: string;
  /** Copies in the local data centre, or in each: `3`, `{'dc1': 3, 'dc2': 3}`. Only used when the keyspace is made. */
  readonly replication: number | string;
  readonly credentials?: { readonly username: string; readonly password: string };
  /** Encrypts connections. The server's certificate is checked unless `rejectUnauthorized` is false. */
  readonly tls?: CassandraTls;
  /** How other nodes call this one while they wait for it to migrate the schema. */
  readonly node?: string;
  /** Told of what fails in the background, such as a node that is down. */
  readonly failed: (error: unknown) => void;
  /** Told of what whoever runs the node may want to know: migrations, waits, a replication that promises less. */
  readonly say?: (message: string) => void;
}

export type CassandraTls = Pick<
  ConnectionOptions,
  'ca' | 'cert' | 'key' | 'passphrase' | 'servername' | 'rejectUnauthorized' | 'checkServerIdentity'
>;

/** Why a node can't start on its Cassandra, in one line for whoever started it. */
export class CassandraError extends Error {
  override readonly name = 'CassandraError';
}

const KEYSPACE = /^[a-z][a-z0-9_]{0,47}$/;
const COPIES = /^([A-Za-z0-9_.-]+)$/;

/** Throws {@link CassandraError} for a name that would have to be quoted. */
export function checkKeyspace(keyspace: string): string {
  if (KEYSPACE.test(keyspace)) return keyspace;
  throw new CassandraError(
    `The keyspace '${keyspace}' needs another name: a-z, 0-9 and _, at most 48, a letter first.`,
  );
}

/** Copies by data centre. Throws {@link CassandraError} where it can't be read. */
export function parseReplication(replication: number | string, localDataCenter: string): ReadonlyMap<string, number> {
  const text = String(replication).trim();
  const entries: readonly (readonly [string, unknown])[] = /^\d+$/.test(text)
    ? [[localDataCenter, Number(text)]]
    : Object.entries(parseMap(text));
  const copies = entries.map(([dataCenter, count]) => [dataCenter, Number(count)] as const);
  const isValid = ([name, count]: readonly [string, number]): boolean =>
    COPIES.test(name) && Number.isInteger(count) && count >= 1 && count <= 99;
  if (copies.length === 0 || !copies.every(isValid)) {
    throw new CassandraError(
      `A replication is a number such as 3 or copies by data centre such as {'dc1': 3}, not ${text}.`,
    );
  }
  return new Map(copies);
}

function parseMap(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text.replaceAll("'", '"'));
    return typeof parsed === 'object' && !Array.isArray(parsed) ? { ...parsed } : {};
  } catch {
    return {};
  }
}
