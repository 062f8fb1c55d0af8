import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../src/discovery/discovery.ts';
import { pickGateway } from '../../src/discovery/pick.ts';
import { gatewayOf } from '../conformance/discovery.ts';

const REGIONS = ['here', 'there', 'nowhere'];

const gateways = fc
  .array(
    fc.record({
      region: fc.constantFrom('here', 'there'),
      connections: fc.nat(12),
      connectionsMax: fc.integer({ min: 1, max: 10 }),
      draining: fc.boolean(),
    }),
    { maxLength: 8 },
  )
  .map((all) => all.map((one, index) => gatewayOf(`node-${index}`, one)));
const chances = fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }));
const region = fc.option(fc.constantFrom(...REGIONS), { nil: null });

const hasRoom = ({ connections, connectionsMax }: Gateway): boolean => connections < connectionsMax;
const fullness = ({ connections, connectionsMax }: Gateway): number => connections / connectionsMax;
const chanceOf = (stream: Iterator<number>) => (): number => stream.next().value ?? 0;

/** Runs `check` on every pick from any gateways, for any region and any chance. */
function forAnyPick(check: (picked: Gateway | null, open: readonly Gateway[], wanted: string | null) => void): void {
  fc.assert(
    fc.property(gateways, region, chances, (all, wanted, stream) => {
      const open = all.filter(({ draining }) => !draining);
      check(pickGateway(all, wanted, chanceOf(stream)), open, wanted);
    }),
  );
}

describe('the pick of a gateway', () => {
  it('is one of those that do not drain, and is made whenever there is one', () => {
    forAnyPick((picked, open) => {
      if (open.length === 0) expect(picked).toBeNull();
      else expect(open).toContain(picked);
    });
  });

  it('has room where any has', () => {
    forAnyPick((picked, open) => {
      if (picked !== null && open.some(hasRoom)) expect(hasRoom(picked)).toBe(true);
    });
  });

  it('is of the region while anything there has room', () => {
    forAnyPick((picked, open, wanted) => {
      if (open.some((gateway) => gateway.region === wanted && hasRoom(gateway))) expect(picked?.region).toBe(wanted);
    });
  });

  it('is the least full of the region where all are full', () => {
    forAnyPick((picked, open, wanted) => {
      if (picked === null || open.some(hasRoom)) return;
      const near = open.filter((gateway) => gateway.region === wanted);
      const least = Math.min(...(near.length > 0 ? near : open).map(fullness));
      expect(fullness(picked)).toBe(least);
    });
  });

  it('is never the fullest of those with room, unless all are as full', () => {
    forAnyPick((picked, open, wanted) => {
      const near = open.filter((gateway) => gateway.region === wanted && hasRoom(gateway));
      const fits = near.length > 0 ? near : open.filter(hasRoom);
      const most = Math.max(...fits.map(fullness));
      if (picked === null || fits.filter((gateway) => fullness(gateway) === most).length !== 1) return;
      if (fits.length > 1) expect(fullness(picked)).toBeLessThan(most);
    });
  });

  it('spreads those who come at once over more than the emptiest', () => {
    const all = Array.from({ length: 10 }, (_, index) => gatewayOf(`node-${index}`, { connections: index }));
    let seed = 1;
    const chance = (): number => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const picked = new Set(Array.from({ length: 200 }, () => pickGateway(all, null, chance)?.node));
    expect(picked.size).toBeGreaterThanOrEqual(8);
  });
});
