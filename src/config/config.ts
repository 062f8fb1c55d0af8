import { z } from 'zod';
import { CLUSTER_VARIABLES, type Environment, VARIABLES, type Variable } from './env.ts';
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
  readonly storage: { readonly directory: string };
  readonly presence: { readonly ttlMs: number };
  /** False lifts rates, never sizes: for load tests. */
  readonly rateLimits: boolean;
  /** Null: the node refuses imports. */
  readonly importToken: string | null;
  readonly logs: { readonly level: string };
}

/** Its message is one line that names the variable and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const schema = z.object(variableSchemas);
const ROLES_ALL = 3;

/** @throws {@link ConfigError} for the first variable that can't be used. */
export function createConfig(environment: Environment): Config {
  assertEmbedded(environment);
  const parsed = schema.safeParse(environment.variables);
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.path[0] as Variable);
  const read = parsed.data;
  if (read.ROLES.length < ROLES_ALL) {
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
    presence: { ttlMs: read.PRESENCE_TTL },
    rateLimits: read.RATE_LIMITS,
    importToken: read.IMPORT_TOKEN,
    logs: { level: read.LOG_LEVEL },
  });
}

function invalid(variable: Variable): ConfigError {
  return new ConfigError(`${variable}: it takes ${VARIABLES[variable]}.`);
}

/** The profile is all or nothing: half a cluster would keep some of its facts where no other node sees them. */
function assertEmbedded({ variables }: Environment): void {
  const missing = CLUSTER_VARIABLES.filter((name) => variables[name] === undefined);
  if (missing.length === CLUSTER_VARIABLES.length) return;
  if (missing.length === 0) {
    throw new ConfigError(
      `${CLUSTER_VARIABLES.join(', ')}: the cluster profile is not in this build yet; leave all of them out.`,
    );
  }
  throw new ConfigError(
    `${missing.join(', ')}: missing. A cluster needs all of ${CLUSTER_VARIABLES.join(', ')}; a single node none.`,
  );
}

function defaultName({ hostname, processId }: Environment, port: number): string {
  const host = hostname.replace(/[^A-Za-z0-9._-]/g, '-').slice(0, 50);
  return port === 0 ? `${host}-process-${processId}` : `${host}-${port}`;
}

function deepFreeze<Value extends object>(value: Value): Value {
  for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}
