import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { reachZooKeeper } from '../../src/discovery/zookeeper/reach.ts';
import { createZooKeeperDiscovery } from '../../src/discovery/zookeeper/zookeeper.ts';
import { gatewayOf } from '../conformance/discovery.ts';
import { freePort } from '../support/free-port.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const WAIT_MS = 5_000;

let address: string;
beforeAll(async () => {
  address = (await sharedServices('zookeeper')).zookeeper.join();
}, SERVICES_TIMEOUT_MS);

it('what nodes with a name and a password register is read by the same, and by no other', async () => {
  const path = `/${randomUUID()}`;
  const credentials = { username: 'parley', password: 'a secret' };
  const errors: unknown[] = [];
  const failed = (error: unknown): void => void errors.push(error);
  const open = () =>
    createZooKeeperDiscovery({ address, credentials, path, sessionMs: 4_000, waitMs: WAIT_MS, failed });
  const reach = (other: typeof credentials | null) =>
    reachZooKeeper({ address, credentials: other, path, waitMs: WAIT_MS });
  const [one, other] = [open(), open()];
  await one.register(gatewayOf('one'));
  await until('the other to know it', async () => (await other.pick('here'))?.node === 'one');
  await reach(credentials);
  for (const stranger of [null, { ...credentials, password: 'another' }]) {
    await expect(reach(stranger)).rejects.toMatchObject({
      name: 'ZooKeeperError',
      message: `ZOOKEEPER_USERNAME, ZOOKEEPER_PASSWORD: ZooKeeper at ${address} does not let this user read ${path}.`,
    });
  }
  await Promise.all([one.close(), other.close()]);
  expect(errors).toEqual([]);
});

it('one that is away is named in one line, after the wait', async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  await expect(reachZooKeeper({ address: nobody, credentials: null, path: '/x', waitMs: 500 })).rejects.toMatchObject({
    name: 'ZooKeeperError',
    message: `ZOOKEEPER: ZooKeeper at ${nobody} can't be used: no answer within 0.5 s.`,
  });
});
