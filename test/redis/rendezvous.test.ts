import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newGroupId } from '../../src/domain/identifier.ts';
import { redisName } from '../../src/redis/address.ts';
import { createRendezvous } from '../../src/redis/rendezvous.ts';

const serverNames = fc.uniqueArray(fc.stringMatching(/^[a-z0-9.-]{1,30}:[0-9]{1,5}$/), { minLength: 1, maxLength: 8 });
const keys = fc.array(fc.string({ maxLength: 40 }), { maxLength: 50 });

describe('keys shared out over servers', () => {
  it('go to one server by its name, in whichever order they are given', () => {
    fc.assert(
      fc.property(
        serverNames.chain((names) =>
          fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length }), keys),
        ),
        ([names, shuffled, all]) => {
          const one = createRendezvous(names);
          const other = createRendezvous(shuffled);
          for (const key of all) expect(shuffled[other(key)]).toBe(names[one(key)]);
        },
      ),
    );
  });

  it('move to a new server or stay where they are', () => {
    fc.assert(
      fc.property(serverNames, keys, (names, all) => {
        const before = createRendezvous(names);
        const after = createRendezvous([...names, 'the-new-one:1']);
        for (const key of all) expect([before(key), names.length]).toContain(after(key));
      }),
    );
  });

  it('spread evenly, also where names and keys differ in one character', () => {
    const pick = createRendezvous(['127.0.0.1:6379', '127.0.0.1:6380', '127.0.0.1:6381', '127.0.0.1:6382']);
    for (const makeKey of [(index: number) => `channel:${index}`, () => `channel:${newGroupId()}`]) {
      const counts = [0, 0, 0, 0];
      for (let index = 0; index < 20_000; index += 1) {
        const picked = pick(makeKey(index));
        counts[picked] = (counts[picked] ?? 0) + 1;
      }
      for (const count of counts) expect(Math.abs(count - 5_000)).toBeLessThan(500);
    }
  });
});

describe("a server's name", () => {
  it.each([
    ['redis://127.0.0.1:6379', '127.0.0.1:6379'],
    ['redis://cache.example.org', 'cache.example.org:6379'],
    ['rediss://user:secret@cache.example.org:6380/2', 'cache.example.org:6380/2'],
    ['redis://cache.example.org/0', 'cache.example.org:6379'],
    ['redis://[::1]:7000/', '[::1]:7000'],
  ])('of %s is %s', (url, name) => {
    expect(redisName(url)).toBe(name);
  });
});
