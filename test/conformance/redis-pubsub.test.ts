import { beforeAll } from 'vitest';
import { testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { pubSubConformance } from './pubsub.ts';

let urls: readonly string[];
beforeAll(async () => {
  urls = (await sharedServices('redis')).redis;
}, SERVICES_TIMEOUT_MS);

pubSubConformance('on two Redis servers', async () => {
  const bus = testBus(urls);
  return { one: bus.open(), other: bus.open(), close: () => bus.close() };
});
