import { describe, expect, it } from 'vitest';
import { startNode } from '../support/node.ts';
import { createGroup, signUp } from '../support/person.ts';
import { openNode } from '../support/place.ts';
import { presenceOf } from '../support/presence.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { devicesScenario, PRESENCE_TTL } from './devices.ts';

devicesScenario('on one node', () => openNode({ PRESENCE_TTL }));

describe.concurrent('presence of a single node', { timeout: 120_000 }, () => {
  it('keeps when somebody was last seen over a restart, and over a kill', async () => {
    await using first = await startNode({ env: { PRESENCE_TTL } });
    const [ada, bob] = await Promise.all([signUp(first.url, 'ada'), signUp(first.url, 'bob')]);
    await createGroup(first.url, ada, [bob]);
    const socket = await TestSocket.connect(first.wsUrl, bob.token);
    const isOnline = async (): Promise<boolean> => (await presenceOf(first.url, ada, bob)).status === 'ONLINE';
    await until('bob to be online', isOnline);
    socket.webSocket.terminate();
    await until('bob to be offline', async () => !(await isOnline()), 20_000);
    const seen = await presenceOf(first.url, ada, bob);
    expect(seen).toEqual({ status: 'OFFLINE', lastSeenAt: expect.any(String) });
    await first.stop();
    await using second = await startNode({ env: { PRESENCE_TTL }, directory: first.directory });
    expect(await presenceOf(second.url, ada, bob)).toEqual(seen);
    await second.kill();
    await using third = await startNode({ env: { PRESENCE_TTL }, directory: first.directory });
    expect(await presenceOf(third.url, ada, bob)).toEqual(seen);
  });

  it('knows who was connected when the node was told to stop', async () => {
    await using first = await startNode();
    const [ada, bob] = await Promise.all([signUp(first.url, 'ada'), signUp(first.url, 'bob')]);
    await createGroup(first.url, ada, [bob]);
    await using _socket = await TestSocket.connect(first.wsUrl, bob.token);
    await until('bob to be online', async () => (await presenceOf(first.url, ada, bob)).status === 'ONLINE');
    const connected = Date.now();
    await until('some time to pass', () => Date.now() - connected > 1_500);
    const stoppedAt = Date.now();
    await first.stop();
    await using second = await startNode({ directory: first.directory });
    const { status, lastSeenAt } = await presenceOf(second.url, ada, bob);
    expect(status).toBe('OFFLINE');
    expect(Date.parse(lastSeenAt ?? '')).toBeGreaterThanOrEqual(stoppedAt);
  });
});
