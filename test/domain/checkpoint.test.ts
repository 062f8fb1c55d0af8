import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { effectiveCheckpoint } from '../../src/domain/checkpoint.ts';
import type { Membership } from '../../src/domain/membership.ts';
import { firstStanding, joinStanding, MEMBERS_MAX } from '../../src/domain/membership.ts';
import { GROUP, person } from './cast.ts';

const checkpoint = fc
  .tuple(fc.nat(50), fc.nat(50))
  .map(([messages, other]) => ({ sequence: messages + other, messages }));

describe('a checkpoint', () => {
  test('is the one that was moved or the join, whichever is further', () => {
    fc.assert(
      fc.property(fc.option(checkpoint, { nil: undefined }), checkpoint, (stored, join) => {
        const membership: Membership = {
          channelId: GROUP,
          userId: person(0),
          role: 'MEMBER',
          joinedAt: 1,
          joinedSequence: join.sequence,
          joinedMessages: join.messages,
          standing: joinStanding(join.sequence),
        };
        const effective = effectiveCheckpoint(stored, membership);
        assert.equal(effective.sequence, Math.max(stored?.sequence ?? 0, join.sequence));
        assert.ok(effective === stored || effective.messages === join.messages);
      }),
    );
  });
});

describe('standing', () => {
  test('puts first members in the order in which they were named, before all who join later', () => {
    const all = [
      ...Array.from({ length: MEMBERS_MAX }, (_, index) => firstStanding(index)),
      ...[1, 2, 300].map(joinStanding),
    ];
    assert.deepStrictEqual(
      all,
      all.toSorted((one, other) => one - other),
    );
    assert.equal(new Set(all).size, all.length);
  });
});
