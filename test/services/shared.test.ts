import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { KINDS } from '../../scripts/services/origin.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';

it.each(KINDS)('%s: tests share its servers', { timeout: SERVICES_TIMEOUT_MS }, async (kind) => {
  const [one, other] = await Promise.all([sharedServices(kind), sharedServices(kind)]);
  expect(one).toEqual(other);
  expect(one[kind]).toHaveLength(kind === 'redis' ? 2 : 1);
  for (const address of one[kind]) {
    const [host, port] = address.replace('redis://', '').split(':');
    const socket = connect({ host: host ?? '', port: Number(port) });
    await once(socket, 'connect');
    socket.destroy();
  }
});
