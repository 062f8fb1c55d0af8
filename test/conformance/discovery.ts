import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Discovery, Gateway } from '../../src/discovery/discovery.ts';
import { until } from '../support/until.ts';

/** Two nodes' ends of one registry; in one process both are the same. */
export interface DiscoveryPair {
  readonly one: Discovery;
  readonly other: Discovery;
  close(): Promise<void>;
}

export const gatewayOf = (node: string, change: Partial<Gateway> = {}): Gateway => ({
  node,
  region: 'here',
  publicUrl: `https://${node}.example.org`,
  connections: 0,
  connectionsMax: 100,
  draining: false,
  ...change,
});

/** What every implementation of the port promises. */
export function discoveryConformance(name: string, open: () => Promise<DiscoveryPair>): void {
  describe(`${name}: the discovery port`, () => {
    let pair: DiscoveryPair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(() => pair.close());

    /** Registrations may take a moment to reach the other node. */
    const picks = (node: string, region: string | null = null) =>
      until(`${node} to be picked`, async () => (await pair.other.pick(region))?.node === node);

    it('picks nothing where nothing is known', async () => {
      expect(await pair.one.pick(null)).toBeNull();
      expect(await pair.other.pick('here')).toBeNull();
    });

    it('gives a registered gateway to every node, as it was registered', async () => {
      const gateway = gatewayOf('one', { publicUrl: null, connections: 3 });
      await pair.one.register(gateway);
      await picks('one');
      expect(await pair.other.pick('here')).toEqual(gateway);
      expect(await pair.other.pick('elsewhere')).toEqual(gateway);
    });

    it('puts the region first', async () => {
      await pair.one.register(gatewayOf('near', { connections: 90 }));
      await pair.other.register(gatewayOf('far', { region: 'there' }));
      await picks('near', 'here');
      await picks('far', 'there');
      await picks('far', null);
    });

    it('goes by the newest registration of a node', async () => {
      await pair.one.register(gatewayOf('one'));
      await pair.other.register(gatewayOf('two', { connections: 50 }));
      await picks('one');
      await pair.one.register(gatewayOf('one', { connections: 80 }));
      await picks('two');
    });

    it('never picks one that drains', async () => {
      await pair.one.register(gatewayOf('one'));
      await picks('one');
      await pair.one.register(gatewayOf('one', { draining: true }));
      await until('nothing to be left', async () => (await pair.other.pick('here')) === null);
    });

    it('picks the least full where all are full', async () => {
      await pair.one.register(gatewayOf('one', { connections: 120 }));
      await pair.other.register(gatewayOf('two', { connections: 110 }));
      await picks('two', 'here');
    });
  });
}
