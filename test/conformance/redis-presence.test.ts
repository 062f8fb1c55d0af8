import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { createRedisPresence } from '../../src/presence/redis/redis.ts';
import { testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { presenceConformance } from './presence.ts';

let urls: readonly string[];
beforeAll(async () => {
  urls = (await sharedServices('redis')).redis;
}, SERVICES_TIMEOUT_MS);

presenceConformance('on two Redis servers', async () => {
  const bus = testBus(urls);
  const ttlMs = 2_000;
  const prefix = `${randomUUID()}:`;
  const failed = (error: unknown): void => {
    throw error;
  };
  const [one, other] = ['one', 'other'].map((node) =>
    createRedisPresence({ urls, prefix, ttlMs, node, pubsub: bus.open(), limits: LIMITS, failed }),
  );
  if (one === undefined || other === undefined) throw new Error('Two were made.');
  return {
    one,
    other,
    ttlMs,
    close: async () => {
      await Promise.all([one.close(), other.close()]);
      await bus.close();
    },
  };
});
