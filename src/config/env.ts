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
});

/** With all of these set a node is one of a cluster; with none it stands alone. */
export const CLUSTER_VARIABLES = ['CASSANDRA_CONTACT_POINTS', 'KAFKA_BROKERS', 'REDIS_URLS', 'ZOOKEEPER'] as const;

export type Variable = keyof typeof VARIABLES;
export type ClusterVariable = (typeof CLUSTER_VARIABLES)[number];

/** What the process was started with: its variables, those that are empty left out, and where it runs. */
export interface Environment {
  readonly variables: Readonly<Partial<Record<Variable | ClusterVariable, string>>>;
  readonly hostname: string;
  readonly processId: number;
}

export function readEnvironment(): Environment {
  const names = [...(Object.keys(VARIABLES) as Variable[]), ...CLUSTER_VARIABLES];
  const variables: Partial<Record<Variable | ClusterVariable, string>> = {};
  for (const name of names) {
    const value = process.env[name]?.trim();
    if (value !== undefined && value !== '') variables[name] = value;
  }
  return { variables, hostname: hostname(), processId: process.pid };
}
