import { isIP } from 'node:net';
import type { BaseOptions } from '@platformatic/kafka';

/** How to reach the brokers; as the configuration reads it. */
export interface KafkaConnection {
  /** `host:port`; one that answers is enough to find the others. */
  readonly brokers: readonly string[];
  readonly credentials: {
    readonly username: string;
    readonly password: string;
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  } | null;
  /** Null: plain text. `ca`: the certificates to trust, in PEM; null: what the system trusts. */
  readonly tls: { readonly ca: string | null } | null;
  /** The node's name, for the brokers' logs and quotas. */
  readonly node: string;
}

const MECHANISMS = { plain: 'PLAIN', 'scram-sha-256': 'SCRAM-SHA-256', 'scram-sha-512': 'SCRAM-SHA-512' } as const;

/** Short, so that what waits for a broker hears soon that it is away, and is back soon after it. */
const CONNECT_TIMEOUT_MS = 3_000;
const RETRIES = 2;
const RETRY_DELAY_MS = 200;

/** Each client gets an object of its own: some of them write into it. */
export function clientOptions(
  { brokers, credentials, tls, node }: KafkaConnection,
  requestTimeoutMs: number,
): BaseOptions {
  return {
    // Kafka's own rule for names, which `NODE_NAME` need not follow.
    clientId: `parley-${node.replaceAll(/[^\w.-]/g, '_')}`,
    bootstrapBrokers: [...brokers],
    connectTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: requestTimeoutMs,
    retries: RETRIES,
    retryDelay: RETRY_DELAY_MS,
    ...(tls === null ? {} : { tls: tls.ca === null ? {} : { ca: tls.ca }, tlsServerName: !brokers.some(isAddress) }),
    ...(credentials === null
      ? {}
      : {
          sasl: {
            mechanism: MECHANISMS[credentials.mechanism],
            username: credentials.username,
            password: credentials.password,
          },
        }),
  };
}

/** Only names are told to servers that have several. */
const isAddress = (broker: string): boolean => isIP(broker.replace(/:\d+$/, '').replaceAll(/[[\]]/g, '')) !== 0;
