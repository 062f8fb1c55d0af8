import { setTimeout as delay } from 'node:timers/promises';
import { Client, ExecutionProfile, policies, types } from 'cassandra-driver';
import { LIMITS } from '../../config/limits.ts';
import { CassandraError, type CassandraOptions } from './options.ts';
import { RetryWritesOnce, SpeculateOnReads } from './retry.ts';

const { localQuorum, serial } = types.consistencies;
const DEFAULT_PORT = 9_042;
/** On a busy cluster a change of the schema reaches the last node so late. */
const AGREEMENT_SECONDS = 30;
/** A node that comes back is used within this time, however long it was away. */
const RECONNECT_MS = 1_000;
/** A read that takes so long is asked of another node too. */
const SPECULATE_MS = 500;

/** Connects within a bounded time. Rejects with {@link CassandraError}, which says what to look at. */
export async function connect(options: CassandraOptions, keyspace?: string): Promise<Client> {
  const client = newClient(options, keyspace);
  const late = new AbortController();
  const { connectMs } = LIMITS.cassandra;
  const tooLate = delay(connectMs, undefined, { signal: late.signal }).then(() => {
    throw new Error(`no answer within ${connectMs / 1_000} seconds`);
  });
  try {
    await Promise.race([client.connect(), tooLate]);
    return client;
  } catch (error) {
    client.shutdown().catch(options.failed);
    throw new CassandraError(explain(options, error), { cause: error });
  } finally {
    late.abort();
    tooLate.catch(() => {});
  }
}

function newClient(options: CassandraOptions, keyspace?: string): Client {
  const { contactPoints, localDataCenter, credentials, tls } = options;
  const { connectMs, readTimeoutMs } = LIMITS.cassandra;
  return new Client({
    applicationName: 'parley',
    contactPoints: [...contactPoints],
    localDataCenter,
    ...(keyspace !== undefined && { keyspace }),
    ...(credentials !== undefined && { credentials: { ...credentials } }),
    // The driver checks no certificate unless it is told to.
    ...(tls !== undefined && { sslOptions: { rejectUnauthorized: true, ...tls } }),
    // Nodes tell of each other by address alone.
    protocolOptions: { port: portOf(contactPoints), maxSchemaAgreementWaitSeconds: AGREEMENT_SECONDS },
    policies: {
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(RECONNECT_MS),
      speculativeExecution: new SpeculateOnReads(SPECULATE_MS, 1),
      retry: new RetryWritesOnce(),
    },
    queryOptions: { consistency: localQuorum, serialConsistency: serial, prepare: true, isIdempotent: true },
    // Connecting and changing the schema take longer than requests may.
    socketOptions: { readTimeout: connectMs },
    profiles: [new ExecutionProfile('default', { readTimeout: readTimeoutMs })],
    monitorReporting: { enabled: false },
  });
}

function portOf(contactPoints: readonly string[]): number {
  const ports = new Set(contactPoints.map((point) => Number(/:(\d+)$/.exec(point)?.[1] ?? DEFAULT_PORT)));
  const [port] = ports;
  if (port === undefined) throw new CassandraError('CASSANDRA_CONTACT_POINTS: no address is given.');
  if (ports.size > 1) {
    throw new CassandraError(`CASSANDRA_CONTACT_POINTS: ${contactPoints.join(', ')} must have the same port.`);
  }
  return port;
}

/** One line about what stands between this node and its Cassandra, with the variable to look at. */
export function explain({ contactPoints, localDataCenter }: CassandraOptions, error: unknown): string {
  const at = contactPoints.join(', ');
  const reasons = reasonsOf(error);
  const reason = reasons.join('; ');
  const found = /only found hosts in data centers: \[(.*)\]/.exec(reason)?.[1];
  if (found !== undefined) {
    return `CASSANDRA_DATACENTER: Cassandra at ${at} has no data centre '${localDataCenter}', but ${found}.`;
  }
  if (/could be resolved/.test(reason)) {
    return `CASSANDRA_CONTACT_POINTS: no host of that name: ${at}.`;
  }
  if (/requires authentication/.test(reason)) {
    return `CASSANDRA_USERNAME, CASSANDRA_PASSWORD: Cassandra at ${at} asks for both.`;
  }
  if (/username|credentials|authentication/i.test(reason)) {
    return `CASSANDRA_USERNAME, CASSANDRA_PASSWORD: Cassandra at ${at} does not take them: ${reason}.`;
  }
  return `CASSANDRA_CONTACT_POINTS: Cassandra at ${at} can't be used: ${reason}`;
}

/** What each node that was tried said; the driver's own words say only that all were. */
function reasonsOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [String(error)];
  const inner = 'innerErrors' in error ? Object.values(error.innerErrors as Record<string, unknown>) : [];
  const said = inner.map((each) => (each instanceof Error ? each.message : String(each)));
  return said.length > 0 ? [...new Set(said)] : [error.message];
}
