import { randomUUID } from 'node:crypto';
import { LIMITS } from '../../src/config/limits.ts';
import { createRedisPubSub, type RedisPubSub, type RedisPubSubOptions } from '../../src/pubsub/redis/redis.ts';

export interface TestBus {
  /** A new end, as another node's. */
  open(options?: Partial<RedisPubSubOptions>): RedisPubSub;
  readonly errors: unknown[];
  close(): Promise<void>;
}

/** Any number of nodes' ends of one bus that no other test is on. */
export function testBus(urls: readonly string[], prefix = `${randomUUID()}:`): TestBus {
  const errors: unknown[] = [];
  const opened: RedisPubSub[] = [];
  return {
    errors,
    open(options = {}) {
      const failed = (error: unknown): void => void errors.push(error);
      const bus = createRedisPubSub({ urls, prefix, failed, limits: LIMITS, ...options });
      opened.push(bus);
      return bus;
    },
    async close() {
      for (const bus of opened) await bus.close();
    },
  };
}
