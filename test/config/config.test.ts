import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Config, createConfig } from '../../src/config/config.ts';
import { CLUSTER_VARIABLES, VARIABLES } from '../../src/config/env.ts';
import { ConfigError } from '../../src/config/error.ts';

type Variables = Parameters<typeof createConfig>[0]['variables'];

const configOf = (variables: Variables = {}): Config =>
  createConfig({ variables, hostname: 'shed.example', processId: 7 });

const CLUSTER = {
  CASSANDRA_CONTACT_POINTS: '10.0.0.1:9042,10.0.0.2:9042',
  KAFKA_BROKERS: 'kafka-1:9092',
  REDIS_URLS: 'redis://cache:6379',
  ZOOKEEPER: 'zk:2181',
};

const clusterOf = (variables: Variables = {}) => configOf({ ...CLUSTER, ...variables }).cluster;

/** What whoever starts the node reads. */
function complaint(variables: Variables): string {
  try {
    configOf(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return 'none';
}

describe('the configuration', () => {
  it('is complete with nothing set', () => {
    expect(configOf()).toEqual({
      node: {
        name: 'shed.example-4000',
        region: 'local',
        roles: ['api', 'gateway', 'sequencer'],
        publicUrl: null,
      },
      server: {
        host: null,
        port: 4_000,
        connectionsMax: 10_000,
        allowedOrigins: [],
        trustedProxies: 0,
        drainMs: 2_000,
      },
      storage: { directory: `${process.cwd()}/data` },
      cluster: null,
      presence: { ttlMs: 30_000 },
      rateLimits: true,
      importToken: null,
      logs: { level: 'info' },
      traces: { url: null, share: 0.01 },
    });
  });

  it('is frozen to the bottom', () => {
    const config = configOf({ ALLOWED_ORIGINS: 'https://app.example.org' });
    for (const part of [config, config.node, config.node.roles, config.server, config.server.allowedOrigins]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('tells two nodes on free ports of one machine apart', () => {
    expect(configOf({ PORT: '0' }).node.name).toBe('shed.example-process-7');
  });

  it.each<[string, string, (config: Config) => unknown, unknown]>([
    ['PORT', '0', ({ server }) => server.port, 0],
    ['PORT', '65535', ({ server }) => server.port, 65_535],
    ['PRESENCE_TTL', '30', ({ presence }) => presence.ttlMs, 30_000],
    ['PRESENCE_TTL', '5s', ({ presence }) => presence.ttlMs, 5_000],
    ['PRESENCE_TTL', '2m', ({ presence }) => presence.ttlMs, 120_000],
    ['PRESENCE_TTL', '1h', ({ presence }) => presence.ttlMs, 3_600_000],
    ['PUBLIC_URL', 'https://chat.example.org/', ({ node }) => node.publicUrl, 'https://chat.example.org'],
    ['PUBLIC_URL', 'http://10.0.0.1:4000/chat', ({ node }) => node.publicUrl, 'http://10.0.0.1:4000/chat'],
    ['ALLOWED_ORIGINS', '*', ({ server }) => server.allowedOrigins, '*'],
    [
      'ALLOWED_ORIGINS',
      'https://a.example, http://localhost:3000',
      ({ server }) => server.allowedOrigins,
      ['https://a.example', 'http://localhost:3000'],
    ],
    ['RATE_LIMITS', 'off', ({ rateLimits }) => rateLimits, false],
    ['IMPORT_TOKEN', '12345678', ({ importToken }) => importToken, '12345678'],
    ['DRAIN_SECONDS', '0', ({ server }) => server.drainMs, 0],
    ['CONNECTIONS_MAX', '1', ({ server }) => server.connectionsMax, 1],
    ['ROLES', 'sequencer,gateway,api', ({ node }) => node.roles, ['sequencer', 'gateway', 'api']],
  ])('reads %s=%s', (name, value, read, expected) => {
    expect(read(configOf({ [name]: value }))).toEqual(expected);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '4000.5'],
    ['PORT', 'http'],
    ['HOST', 'a b'],
    ['REGION', 'a region'],
    ['REGION', 'r'.repeat(65)],
    ['NODE_NAME', 'one/two'],
    ['PUBLIC_URL', 'chat.example.org'],
    ['PUBLIC_URL', 'ftp://chat.example.org'],
    ['PUBLIC_URL', 'https://chat.example.org/?a=1'],
    ['ROLES', 'api,worker'],
    ['CONNECTIONS_MAX', '0'],
    ['CONNECTIONS_MAX', '1000001'],
    ['ALLOWED_ORIGINS', 'https://app.example.org/'],
    ['ALLOWED_ORIGINS', 'app.example.org'],
    ['ALLOWED_ORIGINS', ','],
    ['TRUSTED_PROXIES', '11'],
    ['PRESENCE_TTL', '4s'],
    ['PRESENCE_TTL', '3601'],
    ['PRESENCE_TTL', '30 s'],
    ['PRESENCE_TTL', 'soon'],
    ['DRAIN_SECONDS', '301'],
    ['RATE_LIMITS', 'no'],
    ['IMPORT_TOKEN', '1234567'],
    ['LOG_LEVEL', 'loud'],
  ] as const)('refuses %s=%s in one line that names it and what it takes', (name, value) => {
    expect(complaint({ [name]: value })).toBe(`${name}: it takes ${VARIABLES[name]}.`);
  });

  it('never shows a value: it may be a secret', () => {
    expect(complaint({ IMPORT_TOKEN: 'hunter2' })).not.toContain('hunter2');
  });

  it('takes a node without a cluster for all roles at once', () => {
    expect(complaint({ ROLES: 'api' })).toMatch(/^ROLES: .*api,gateway,sequencer/);
  });

  it('takes all of the cluster or none of it, and names what is missing', () => {
    fc.assert(
      fc.property(fc.subarray([...CLUSTER_VARIABLES]), (set) => {
        const variables = Object.fromEntries(set.map((name) => [name, CLUSTER[name]]));
        const missing = CLUSTER_VARIABLES.filter((name) => !set.includes(name));
        const said = complaint(variables);
        expect(said).not.toContain('\n');
        if (set.length === 0 || missing.length === 0) expect(said).toBe('none');
        else expect(said.startsWith(`${missing.join(', ')}: missing.`)).toBe(true);
      }),
    );
  });

  it('of a cluster is complete with the four addresses', () => {
    expect(clusterOf()).toEqual({
      cassandra: {
        contactPoints: ['10.0.0.1:9042', '10.0.0.2:9042'],
        dataCenter: 'datacenter1',
        keyspace: 'parley',
        replication: 3,
        credentials: null,
        tls: null,
      },
      kafka: {
        brokers: ['kafka-1:9092'],
        prefix: 'parley',
        partitions: 32,
        replication: 3,
        credentials: null,
        tls: null,
      },
      redis: { urls: ['redis://cache:6379'], tls: null },
      zookeeper: { addresses: 'zk:2181', credentials: null },
    });
  });

  it.each<[string, string, (cluster: ReturnType<typeof clusterOf>) => unknown, unknown]>([
    ['CASSANDRA_REPLICATION', '1', (cluster) => cluster?.cassandra.replication, 1],
    ['CASSANDRA_REPLICATION', 'dc1:3, dc2:2', (cluster) => cluster?.cassandra.replication, { dc1: 3, dc2: 2 }],
    ['CASSANDRA_USERNAME', 'it', (cluster) => cluster?.cassandra.credentials, { username: 'it', password: '' }],
    ['CASSANDRA_TLS', 'on', (cluster) => cluster?.cassandra.tls, { ca: null }],
    ['KAFKA_PARTITIONS', '1000', (cluster) => cluster?.kafka.partitions, 1_000],
    ['KAFKA_TLS', 'off', (cluster) => cluster?.kafka.tls, null],
    ['ZOOKEEPER', 'a:1,b:2/chat', (cluster) => cluster?.zookeeper.addresses, 'a:1,b:2/chat'],
    ['REDIS_URLS', 'redis://a:1,rediss://u:p@b:2', (cluster) => cluster?.redis.urls.length, 2],
    ['ZOOKEEPER_USERNAME', 'it', (cluster) => cluster?.zookeeper.credentials, { username: 'it', password: '' }],
  ])('of a cluster reads %s=%s', (name, value, read, expected) => {
    expect(read(clusterOf({ [name]: value }))).toEqual(expected);
  });

  it.each([
    ['CASSANDRA_CONTACT_POINTS', 'somewhere'],
    ['CASSANDRA_CONTACT_POINTS', 'one:9042,other:9043'],
    ['CASSANDRA_KEYSPACE', 'Parley'],
    ['CASSANDRA_REPLICATION', '0'],
    ['CASSANDRA_REPLICATION', 'dc1'],
    ['KAFKA_BROKERS', ','],
    ['KAFKA_PREFIX', 'a b'],
    ['KAFKA_PARTITIONS', '0'],
    ['KAFKA_PARTITIONS', '1001'],
    ['KAFKA_REPLICATION', '10'],
    ['KAFKA_SASL', 'gssapi'],
    ['REDIS_URLS', 'http://cache:6379'],
    ['ZOOKEEPER', 'zk'],
    ['ZOOKEEPER_USERNAME', 'a:b'],
  ] as const)('of a cluster refuses %s=%s in one line', (name, value) => {
    expect(complaint({ ...CLUSTER, [name]: value })).toBe(`${name}: it takes ${VARIABLES[name]}.`);
  });

  it.each(['CASSANDRA_TLS', 'KAFKA_TLS', 'REDIS_CA'])(
    'of a cluster names a certificate file that is not there: %s',
    (name) => {
      expect(complaint({ ...CLUSTER, [name]: '/nowhere/ca.pem' })).toBe(
        `${name}: there is no file to read at that path.`,
      );
    },
  );

  it('of a cluster lets a node have one role', () => {
    expect(configOf({ ...CLUSTER, ROLES: 'gateway' }).node.roles).toEqual(['gateway']);
  });

  it('fails with one line or not at all, whatever is set', () => {
    const names = Object.keys(VARIABLES);
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.string({ unit: 'binary', minLength: 1 })),
        (variables) => {
          expect(complaint(variables)).toMatch(/^.+$/);
        },
      ),
    );
  });
});
