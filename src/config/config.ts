import { z } from 'zod';
import { type ClusterConfig, clusterOf } from './cluster.ts';
import type { Environment, Variable } from './env.ts';
import { ConfigError, invalid } from './error.ts';
import { variableSchemas } from './variables.ts';

export type Role = 'api' | 'gateway' | 'sequencer';

/** What a node was told to be: validated, complete and frozen. */
export interface Config {
  readonly node: {
    readonly name: string;
    readonly region: string;
    readonly roles: readonly Role[];
    /** Where clients reach the node, without a slash at the end; null: at the address that the client itself used. */
    readonly publicUrl: string | null;
  };
  readonly server: {
    /** Null: every address of the machine, IPv6 and IPv4. */
    readonly host: string | null;
    /** 0: any that is free. */
    readonly port: number;
    readonly connectionsMax: number;
    /** Browsers of the node's own origin are always allowed. */
    readonly allowedOrigins: readonly string[] | '*';
    /** Proxies in front whose X-Forwarded-For, -Host and -Proto are believed. */
    readonly trustedProxies: number;
    /** Sockets are closed one by one over this time when the node stops. */
    readonly drainMs: number;
  };
  /** Of the embedded profile only. */
  readonly storage: { readonly directory: string };
  /** Null: the embedded profile. */
  readonly cluster: ClusterConfig | null;
  readonly presence: { readonly ttlMs: number };
  /** False lifts rates, never sizes: for load tests. */
  readonly rateLimits: boolean;
  /** Null: the node refuses imports. */
  readonly importToken: string | null;
  readonly logs: { readonly level: string };
  /** `url` null: no traces. `share`: of requests, from 0 to 1. */
  readonly traces: { readonly url: string | null; readonly share: number };
}

const schema = z.object(variableSchemas);
const ROLES_ALL = 3;

/** @throws {@link ConfigError} for the first variable that can't be used. */
export function createConfig(environment: Environment): Config {
  const cluster = clusterOf(environment);
  const parsed = schema.safeParse(environment.variables);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.path[0] as Variable);
  const read = parsed.data;
  if (cluster === null && read.ROLES.length < ROLES_ALL) {
    throw new ConfigError('ROLES: a node without a cluster has all roles (api,gateway,sequencer); leave it out.');
  }
  return deepFreeze({
    node: {
      name: read.NODE_NAME ?? defaultName(environment, read.PORT),
      region: read.REGION,
      roles: read.ROLES,
      publicUrl: read.PUBLIC_URL,
    },
    server: {
      host: read.HOST,
      port: read.PORT,
      connectionsMax: read.CONNECTIONS_MAX,
      allowedOrigins: read.ALLOWED_ORIGINS,
      trustedProxies: read.TRUSTED_PROXIES,
      drainMs: read.DRAIN_SECONDS * 1_000,
    },
    storage: { directory: read.DATA_DIR },
    cluster,
    presence: { ttlMs: read.PRESENCE_TTL },
    rateLimits: read.RATE_LIMITS,
    importToken: read.IMPORT_TOKEN,
    logs: { level: read.LOG_LEVEL },
    traces: { url: read.TRACES_URL, share: read.TRACES_SHARE },
  });
}

function defaultName({ hostname, processId }: Environment, port: number): string {
  const host = hostname.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 50);
  return port === 0 ? `${host}-process-${processId}` : `${host}-${port}`;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
