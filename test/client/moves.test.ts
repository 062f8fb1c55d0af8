import { describe, expect, it } from 'vitest';
import { endOf } from '../../src/client/close-codes.ts';
import { CLOSE_CODES } from '../../src/gateway/close-codes.ts';
import { freePort } from '../support/free-port.ts';
import { Network } from '../support/network.ts';
import { startNode } from '../support/node.ts';
import { until } from '../support/until.ts';
import { enter, live, shows } from './cast.ts';

describe('a client', { timeout: 60_000 }, () => {
  it('opens its socket where discovery sends it, and elsewhere where it can’t get there', async () => {
    const port = await freePort();
    await using known = await Network.open(() => port);
    await using discovered = await Network.open(() => port);
    await using node = await startNode({ env: { PORT: String(port), PUBLIC_URL: discovered.origin } });
    using ada = await enter(known.url, 'ada');
    expect([known.sockets, discovered.sockets]).toEqual([0, 1]);
    discovered.cut();
    await until('another way', () => known.sockets === 1);
    await live(ada);
    expect(node.process.exitCode).toBeNull();
  });

  it('asks for another gateway when its own drains, and goes on there', async () => {
    const ports = await Promise.all([freePort(), freePort()]);
    let port = ports[0] as number;
    await using network = await Network.open(() => port);
    await using first = await startNode({ env: { PORT: String(ports[0]) } });
    using ada = await enter(network.url, 'ada');
    const channel = await ada.createGroup({ name: 'Tea', people: [] });
    channel.open();
    await channel.send('before');
    await shows(ada, channel.id, ['before']);
    const asked = network.count('ClientEndpoint');
    port = ports[1] as number;
    expect(await first.stop()).toBe(0);
    await using second = await startNode({ env: { PORT: String(ports[1]) }, directory: first.directory });
    await channel.send('after');
    await shows(ada, channel.id, ['before', 'after']);
    await live(ada);
    expect(network.count('ClientEndpoint')).toBeGreaterThan(asked);
    expect(second.process.exitCode).toBeNull();
  });

  it('notices a network that swallows everything, and comes back', async () => {
    await using node = await startNode();
    await using network = await Network.open(() => Number(new URL(node.url).port));
    using ada = await enter(network.url, 'ada');
    network.swallow();
    await until('offline', () => ada.connection.get().status === 'offline', 25_000);
    network.restore();
    await live(ada, 30_000);
  });
});

describe('close codes', () => {
  it('are obeyed as the gateway means them', () => {
    const ends = Object.fromEntries(Object.entries(CLOSE_CODES).map(([name, { code }]) => [name, endOf(code)]));
    expect(ends).toEqual({
      draining: 'moved',
      badRequest: 'refused',
      unauthorized: 'refused',
      forbidden: 'expired',
      subprotocol: 'refused',
      initTimeout: 'lost',
      idInUse: 'refused',
      tooSlow: 'slow',
      tooManyFrames: 'busy',
      secondInit: 'refused',
      tooManySockets: 'busy',
      internal: 'lost',
    });
    for (const { code, retry } of Object.values(CLOSE_CODES)) expect(endOf(code) !== 'refused').toBe(retry);
    expect([1_006, 1_000, 1_005, 1_011, 1_013].map(endOf)).toEqual(['lost', 'lost', 'lost', 'lost', 'lost']);
    expect(endOf(1_009)).toBe('refused');
  });
});
