import { randomUUID } from 'node:crypto';
import { beforeAll } from 'vitest';
import { createZooKeeperDiscovery } from '../../src/discovery/zookeeper/zookeeper.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { discoveryConformance } from './discovery.ts';

let address: string;
beforeAll(async () => {
  address = (await sharedServices('zookeeper')).zookeeper.join();
}, SERVICES_TIMEOUT_MS);

discoveryConformance('on ZooKeeper', async () => {
  const path = `/${randomUUID()}/gateways`;
  const failed = (error: unknown): void => {
    throw error;
  };
  const [one, other] = [1, 2].map(() =>
    createZooKeeperDiscovery({ address, path, sessionMs: 6_000, waitMs: 10_000, failed }),
  );
  if (one === undefined || other === undefined) throw new Error('Two were made.');
  return {
    one,
    other,
    close: async () => {
      await Promise.all([one.close(), other.close()]);
    },
  };
});
