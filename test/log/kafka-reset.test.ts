import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { openKafkaLog } from '../support/kafka.ts';
import { until } from '../support/until.ts';

// The client emitted a second error for such a connection, for which it had no listener: "Cannot find a suitable SASL mechanism" ended the node.
test('a broker that resets a connection while it authenticates is one that can not be reached, and no more', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtExceptionMonitor', note);
  let resets = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      resets += 1;
      socket.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const credentials = { username: 'ada', password: 'secret', mechanism: 'plain' } as const;
  await expect(openKafkaLog([`127.0.0.1:${port}`], { credentials })).rejects.toThrow(/can't be reached/);
  await until('some tries', () => resets > 1);
  server.close();
  process.off('uncaughtExceptionMonitor', note);
  expect(uncaught).toEqual([]);
});
