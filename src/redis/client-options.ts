import { randomInt } from 'node:crypto';
import type { RedisOptions } from 'ioredis';

/** Constant, so that a server that is back is found within the second, however long it was away. */
const RECONNECT_MS = 400;
/** A thousand nodes do not come back in one moment. */
const RECONNECT_SPREAD_MS = 200;

/** `ca`: the certificates to trust, in PEM, instead of the system's. */
export interface RedisTls {
  readonly ca: string;
}

const COMMON: RedisOptions = {
  lazyConnect: true,
  connectTimeout: 2_000,
  disconnectTimeout: 500,
  retryStrategy: () => RECONNECT_MS + randomInt(RECONNECT_SPREAD_MS),
  // What can't be sent now fails now: nothing piles up while a server is away.
  enableOfflineQueue: false,
  // What was sent and not answered fails with its connection; otherwise it would stay pending until the next one.
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  // The client's own way is neither awaited nor caught.
  autoResubscribe: false,
};

/** How every client of ours meets a server that goes and comes back. The client is to be connected with `connect()`. */
export const clientOptions = (url: string, tls: RedisTls | null): RedisOptions => ({
  ...COMMON,
  // With it a server that speaks without TLS would be spoken to in TLS.
  ...(tls !== null && url.startsWith('rediss://') && { tls }),
});
