import { hostname } from 'node:os';

/** Every variable that Parley reads, and what it takes: the words of a start-up error. */
export const VARIABLES = Object.freeze({
  PORT: 'a port from 0 to 65535; 0 takes any that is free',
  HOST: 'an address to listen on; without it every address of the machine',
  DATA_DIR: 'a directory',
  REGION: 'a name of 1 to 64 letters, digits, dots, _ and -',
  NODE_NAME: 'a name of 1 to 64 letters, digits, dots, _ and -',
  PUBLIC_URL: 'an address that starts with http:// or https://',
  ROLES: 'one or more of api, gateway and sequencer, commas between',
  CONNECTIONS_MAX: 'a whole number from 1 to 1000000',
  ALLOWED_ORIGINS: 'origins such as https://app.example.org, commas between, or *',
  TRUSTED_PROXIES: 'how many proxies stand in front, from 0 to 10',
  PRESENCE_TTL: 'a time from 5s to 1h, such as 30, 30s or 2m',
  DRAIN_SECONDS: 'a number of seconds from 0 to 300',
  RATE_LIMITS: 'on or off',
  IMPORT_TOKEN: 'a secret of 8 characters or more',
  LOG_LEVEL: 'one of trace, debug, info, warn, error, fatal and silent',
  TRACES_URL: 'the http:// or https:// address that takes traces by OTLP, such as http://localhost:4318/v1/traces',
  TRACES_SHARE: 'the share of commands (sends, edits, joins and the like) that are traced, from 0 to 1',
  CASSANDRA_CONTACT_POINTS: 'host:port of some nodes, all with the same port, commas between',
  CASSANDRA_DATACENTER: 'the name of the data centre whose nodes are asked',
  CASSANDRA_KEYSPACE: 'a name of 1 to 48 lower-case letters, digits and _ that starts with a letter',
  CASSANDRA_REPLICATION: 'a number of copies from 1 to 9, or one for each data centre, as dc1:3,dc2:3',
  CASSANDRA_USERNAME: 'a name',
  CASSANDRA_PASSWORD: 'a secret',
  CASSANDRA_TLS: 'off, on, or the file of the certificates to trust',
  KAFKA_BROKERS: 'host:port of some brokers, commas between',
  KAFKA_PREFIX: 'what the names of topics and groups start with: 1 to 64 letters, digits, dots, _ and -',
  KAFKA_PARTITIONS: 'a number from 1 to 1000; it can not be changed later',
  KAFKA_REPLICATION: 'a number of copies from 1 to 9',
  KAFKA_USERNAME: 'a name',
  KAFKA_PASSWORD: 'a secret',
  KAFKA_SASL: 'one of plain, scram-sha-256 and scram-sha-512',
  KAFKA_TLS: 'off, on, or the file of the certificates to trust',
  REDIS_URLS: 'addresses such as redis://host:6379 or rediss://user:password@host:6380, commas between',
  REDIS_CA: 'the file of the certificates to trust, for addresses that begin with rediss://',
  ZOOKEEPER: 'host:port of some servers, commas between, and a path at the end if wanted, as zk1:2181,zk2:2181/parley',
  ZOOKEEPER_USERNAME: 'a name without a colon',
  ZOOKEEPER_PASSWORD: 'a secret',
});

/** With all of these set a node is one of a cluster; with none it stands alone. */
export const CLUSTER_VARIABLES = ['CASSANDRA_CONTACT_POINTS', 'KAFKA_BROKERS', 'REDIS_URLS', 'ZOOKEEPER'] as const;

export type Variable = keyof typeof VARIABLES;

/** What the process was started with: its variables, those that are empty left out, and where it runs. */
export interface Environment {
  readonly variables: Readonly<Partial<Record<Variable, string>>>;
  readonly hostname: string;
  readonly processId: number;
}

export function readEnvironment(): Environment {
  const variables: Partial<Record<Variable, string>> = {};
  for (const name of Object.keys(VARIABLES) as Variable[]) {
    const value = process.env[name]?.trim();
    if (value !== undefined && value !== '') variables[name] = value;
  }
  return { variables, hostname: hostname(), processId: process.pid };
}
