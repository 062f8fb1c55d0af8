import type { Discovery, Gateway } from './discovery.ts';
import { type Chance, pickGateway } from './pick.ts';

/** Knows what was registered in this process: for a node that stands alone. */
export function createStaticDiscovery(options: { readonly chance?: Chance } = {}): Discovery {
  const chance = options.chance ?? Math.random;
  const gateways = new Map<string, Gateway>();
  return {
    async register(gateway) {
      gateways.set(gateway.node, gateway);
    },
    async pick(region) {
      return pickGateway(gateways.values(), region, chance);
    },
    async close() {
      gateways.clear();
    },
  };
}
