import type { Gateway } from './discovery.ts';

/** At least 0 and below 1, each time another. */
export type Chance = () => number;

/**
 * The gateway for a new socket. Never one that drains. The region counts first: its gateways are left only when all of
 * them are full and another region has room. Among those with room, the emptier of two random ones: always taking the
 * emptiest of all would send everybody who arrives between two load reports to the same node. Where all are full, the
 * least full. Null where none is left.
 */
export function pickGateway(gateways: Iterable<Gateway>, region: string | null, chance: Chance): Gateway | null {
  const open = [...gateways].filter((gateway) => !gateway.draining);
  const near = open.filter((gateway) => gateway.region === region);
  return (
    emptierOfTwo(near.filter(hasRoom), chance) ??
    emptierOfTwo(open.filter(hasRoom), chance) ??
    leastFull(near) ??
    leastFull(open)
  );
}

const hasRoom = (gateway: Gateway): boolean => gateway.connections < gateway.connectionsMax;
const fullness = (gateway: Gateway): number => gateway.connections / gateway.connectionsMax;

function emptierOfTwo(gateways: readonly Gateway[], chance: Chance): Gateway | null {
  const first = Math.floor(chance() * gateways.length);
  // One of the others, so that two nodes are always compared.
  const second = (first + 1 + Math.floor(chance() * (gateways.length - 1))) % gateways.length;
  return leastFull([gateways[first], gateways[second]].filter((gateway) => gateway !== undefined));
}

function leastFull(gateways: readonly Gateway[]): Gateway | null {
  const [first, ...rest] = gateways;
  if (first === undefined) return null;
  return rest.reduce((best, next) => (fullness(next) < fullness(best) ? next : best), first);
}
