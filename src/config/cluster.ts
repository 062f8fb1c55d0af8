import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { CLUSTER_VARIABLES, type Environment, type Variable } from './env.ts';
import { ConfigError, invalid } from './error.ts';
import { clusterSchemas } from './variables.ts';

interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Null: plain text. `ca`: the certificates to trust, in PEM; null: what the system trusts. */
type Tls = { readonly ca: string | null } | null;

/** Where the servers of a cluster are, and what is kept on them under which names. */
export interface ClusterConfig {
  readonly cassandra: {
    readonly contactPoints: readonly string[];
    readonly dataCenter: string;
    readonly keyspace: string;
    /** A number of copies in `dataCenter`, or one for each data centre by name. */
    readonly replication: number | Readonly<Record<string, number>>;
    readonly credentials: Credentials | null;
    readonly tls: Tls;
  };
  readonly kafka: {
    readonly brokers: readonly string[];
    readonly prefix: string;
    readonly partitions: number;
    readonly replication: number;
    readonly credentials: (Credentials & { readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' }) | null;
    readonly tls: Tls;
  };
  readonly redis: {
    readonly urls: readonly string[];
    /** For those that begin with `rediss://`. Null: what the system trusts. */
    readonly tls: { readonly ca: string } | null;
  };
  readonly zookeeper: { readonly addresses: string; readonly credentials: Credentials | null };
}

const schema = z.object(clusterSchemas);

/**
 * Null where the node stands alone. The profile is all or nothing: half a cluster would keep some of its facts where no
 * other node sees them.
 *
 * @throws {@link ConfigError} for what is missing, or the first variable that can't be used.
 */
export function clusterOf({ variables }: Environment): ClusterConfig | null {
  const missing = CLUSTER_VARIABLES.filter((name) => variables[name] === undefined);
  if (missing.length === CLUSTER_VARIABLES.length) return null;
  if (missing.length > 0) {
    throw new ConfigError(
      `${missing.join(', ')}: missing. A cluster needs all of ${CLUSTER_VARIABLES.join(', ')}; a single node none.`,
    );
  }
  const parsed = schema.safeParse(variables);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.path[0] as Variable);
  const read = parsed.data;
  return {
    cassandra: {
      contactPoints: read.CASSANDRA_CONTACT_POINTS,
      dataCenter: read.CASSANDRA_DATACENTER,
      keyspace: read.CASSANDRA_KEYSPACE,
      replication: read.CASSANDRA_REPLICATION,
      credentials: credentialsOf(read.CASSANDRA_USERNAME, read.CASSANDRA_PASSWORD),
      tls: tlsOf('CASSANDRA_TLS', read.CASSANDRA_TLS),
    },
    kafka: {
      brokers: read.KAFKA_BROKERS,
      prefix: read.KAFKA_PREFIX,
      partitions: read.KAFKA_PARTITIONS,
      replication: read.KAFKA_REPLICATION,
      credentials:
        read.KAFKA_USERNAME === null
          ? null
          : { username: read.KAFKA_USERNAME, password: read.KAFKA_PASSWORD, mechanism: read.KAFKA_SASL },
      tls: tlsOf('KAFKA_TLS', read.KAFKA_TLS),
    },
    redis: {
      urls: read.REDIS_URLS,
      tls: read.REDIS_CA === null ? null : { ca: certificates('REDIS_CA', read.REDIS_CA) },
    },
    zookeeper: {
      addresses: read.ZOOKEEPER,
      credentials: credentialsOf(read.ZOOKEEPER_USERNAME, read.ZOOKEEPER_PASSWORD),
    },
  };
}

function credentialsOf(username: string | null, password: string): Credentials | null {
  return username === null ? null : { username, password };
}

function tlsOf(variable: Variable, value: boolean | string): Tls {
  if (typeof value === 'boolean') return value ? { ca: null } : null;
  return { ca: certificates(variable, value) };
}

function certificates(variable: Variable, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`${variable}: there is no file to read at that path.`);
  }
}
