import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Discovery, Gateway } from '../../src/discovery/discovery.ts';
import { createStaticDiscovery } from '../../src/discovery/static.ts';
import { Registration } from '../../src/gateway/registration.ts';
import { gatewayOf } from '../conformance/discovery.ts';
import { until } from '../support/until.ts';

describe("a gateway's registration", () => {
  let discovery: Discovery;
  let registered: Gateway[];
  let connections: number;
  let registration: Registration;
  const errors: unknown[] = [];

  beforeEach(() => {
    discovery = createStaticDiscovery();
    registered = [];
    connections = 0;
    const { node, region, publicUrl } = gatewayOf('one');
    registration = new Registration({
      discovery: {
        async register(gateway) {
          registered.push(gateway);
          await discovery.register(gateway);
        },
      },
      gateway: { node, region, publicUrl, connectionsMax: 1_000 },
      connections: () => connections,
      failed: (error) => errors.push(error),
      lookMs: 20,
    });
  });
  afterEach(() => registration.drain());

  it('tells of the load at the start, and when it has changed by a hundredth of the capacity', async () => {
    await registration.start();
    expect(registered).toEqual([gatewayOf('one', { connectionsMax: 1_000 })]);
    connections = 10;
    await until('the news', () => registered.length === 2);
    connections = 19;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(registered).toHaveLength(2);
    connections = 20;
    await until('the news', () => registered.length === 3);
    expect(registered.map((gateway) => gateway.connections)).toEqual([0, 10, 20]);
    expect(await discovery.pick('here')).toMatchObject({ connections: 20 });
  });

  it('tells that it is full, and that it is not any more, however small the change', async () => {
    connections = 998;
    await registration.start();
    connections = 1_000;
    await until('the news', () => registered.at(-1)?.connections === 1_000);
    connections = 999;
    await until('the news', () => registered.at(-1)?.connections === 999);
  });

  it('says nothing before it is started', async () => {
    connections = 500;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await registration.drain();
    expect(registered).toEqual([]);
  });

  it('is picked no more once it drains, and says nothing after that', async () => {
    await registration.start();
    expect(await discovery.pick('here')).toMatchObject({ node: 'one' });
    await registration.drain();
    expect(await discovery.pick('here')).toBeNull();
    connections = 500;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(registered.map(({ draining }) => draining)).toEqual([false, true]);
    expect(errors).toEqual([]);
  });
});
