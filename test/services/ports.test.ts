import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { Ports } from '../../scripts/services/ports.ts';

const HOSTS = ['127.0.0.1', '127.0.0.2'];

it('gives the standard port when it is free, else another', async () => {
  using free = new Ports('free');
  const standardPort = await free.take(0, HOSTS);
  free[Symbol.dispose]();

  using first = new Ports('standard');
  expect(await first.take(standardPort, HOSTS)).toBe(standardPort);
  expect(await first.take(standardPort, HOSTS)).not.toBe(standardPort);
});

it('gives no port that is taken on one of the hosts', async () => {
  const server = createServer().listen(0, '127.0.0.2');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  using ports = new Ports('standard');
  expect(await ports.take(port, HOSTS)).not.toBe(port);
  server.close();
});

// Two runs that started in the same second both found 2181 free, and the second one's ZooKeeper could not bind it.
it('holds a port that nobody listens on yet against another run', async () => {
  using one = new Ports('free');
  using other = new Ports('standard');
  const port = await one.take(0, HOSTS);
  expect(await other.take(port, HOSTS)).not.toBe(port);
});
