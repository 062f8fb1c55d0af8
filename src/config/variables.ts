import { resolve } from 'node:path';
import { z } from 'zod';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));

const name = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/);

const MS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000 };

const duration = z.string().transform((text, context) => {
  const match = /^(\d{1,6})(s|m|h)?$/.exec(text);
  const unit = (match?.[2] ?? 's') as keyof typeof MS_PER_UNIT;
  if (match === null) {
    context.addIssue('not a time');
    return z.NEVER;
  }
  return Number(match[1]) * MS_PER_UNIT[unit];
});

const url = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.search !== '' || parsed.hash !== '') {
    context.addIssue('not an address');
    return z.NEVER;
  }
  return parsed.href.replace(/\/+$/, '');
});

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** An origin as browsers send it: scheme, host and a port that is not the scheme's own. */
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text.toLowerCase());

const origins = list
  .pipe(z.array(z.union([z.literal('*'), origin])).min(1))
  .transform((all) => (all.includes('*') ? ('*' as const) : all.map((one) => one.toLowerCase())));

const address = z.string().regex(/^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):[1-9]\d{0,4}$/);
const addresses = list.pipe(z.array(address).min(1).max(64));

const path = z.string().refine((text) => !text.includes('\0'));

/** False: plain text. True: what the system trusts. Else the file of the certificates to trust. */
const tls = path.default('off').transform((text) => (text === 'off' ? false : text === 'on' ? true : resolve(text)));

const copies = wholeNumber(1, 9);

const copiesByDataCenter = list
  .pipe(z.array(z.string().regex(/^[A-Za-z0-9._-]{1,64}:[1-9]$/)).min(1))
  .transform((all) => Object.fromEntries(all.map((one) => [one.slice(0, -2), Number(one.slice(-1))])));

const redisUrl = z.string().refine((text) => {
  const parsed = URL.canParse(text) ? new URL(text) : null;
  return parsed !== null && /^rediss?:$/.test(parsed.protocol) && parsed.hostname !== '';
});

/** How each variable is read. What is left out gets the default. */
export const variableSchemas = {
  PORT: wholeNumber(0, 65_535).default(4_000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]{1,253}$/)
    .nullable()
    .default(null),
  DATA_DIR: path.default('./data').transform((text) => resolve(text)),
  REGION: name.default('local'),
  NODE_NAME: name.nullable().default(null),
  PUBLIC_URL: url.nullable().default(null),
  ROLES: list
    .pipe(z.array(z.enum(['api', 'gateway', 'sequencer'])).min(1))
    .transform((roles) => [...new Set(roles)])
    .default(['api', 'gateway', 'sequencer']),
  CONNECTIONS_MAX: wholeNumber(1, 1_000_000).default(10_000),
  ALLOWED_ORIGINS: origins.default([]),
  TRUSTED_PROXIES: wholeNumber(0, 10).default(0),
  PRESENCE_TTL: duration.pipe(z.number().min(5_000).max(3_600_000)).default(30_000),
  DRAIN_SECONDS: wholeNumber(0, 300).default(2),
  RATE_LIMITS: z
    .enum(['on', 'off'])
    .default('on')
    .transform((value) => value === 'on'),
  IMPORT_TOKEN: z.string().min(8).nullable().default(null),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  TRACES_URL: url.nullable().default(null),
  TRACES_SHARE: z
    .string()
    .regex(/^(0|1|0?\.\d{1,6})$/)
    .default('0.01')
    .transform(Number),
};

/** The same of what only a node of a cluster has. */
export const clusterSchemas = {
  CASSANDRA_CONTACT_POINTS: addresses.refine((all) => new Set(all.map((one) => one.split(':').at(-1))).size === 1),
  CASSANDRA_DATACENTER: z.string().max(100).default('datacenter1'),
  CASSANDRA_KEYSPACE: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,47}$/)
    .default('parley'),
  CASSANDRA_REPLICATION: z.union([copies, copiesByDataCenter]).default(3),
  CASSANDRA_USERNAME: z.string().nullable().default(null),
  CASSANDRA_PASSWORD: z.string().default(''),
  CASSANDRA_TLS: tls,
  KAFKA_BROKERS: addresses,
  KAFKA_PREFIX: name.default('parley'),
  KAFKA_PARTITIONS: wholeNumber(1, 1_000).default(32),
  KAFKA_REPLICATION: copies.default(3),
  KAFKA_USERNAME: z.string().nullable().default(null),
  KAFKA_PASSWORD: z.string().default(''),
  KAFKA_SASL: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).default('scram-sha-512'),
  KAFKA_TLS: tls,
  REDIS_URLS: list.pipe(z.array(redisUrl).min(1).max(64)),
  REDIS_CA: path
    .transform((text) => resolve(text))
    .nullable()
    .default(null),
  ZOOKEEPER: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,253}:\d{1,5}(,[A-Za-z0-9._-]{1,253}:\d{1,5})*(\/[A-Za-z0-9._/-]{0,200})?$/),
  ZOOKEEPER_USERNAME: z
    .string()
    .regex(/^[^:]+$/)
    .nullable()
    .default(null),
  ZOOKEEPER_PASSWORD: z.string().default(''),
};
