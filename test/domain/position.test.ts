import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { isBelow, isSamePosition, type Position } from '../../src/domain/position.ts';

const position: fc.Arbitrary<Position> = fc.record({
  epoch: fc.constantFrom('old', 'new'),
  partition: fc.constant(3),
  offset: fc.oneof(fc.nat(3), fc.maxSafeNat()),
});

describe('a position', () => {
  test('is below, the same or above another of its log', () => {
    fc.assert(
      fc.property(position, position, (one, other) => {
        fc.pre(one.epoch === other.epoch);
        const relations = [isBelow(one, other), isSamePosition(one, other), isBelow(other, one)];
        assert.deepStrictEqual(
          relations,
          [-1, 0, 1].map((sign) => Math.sign(one.offset - other.offset) === sign),
        );
      }),
    );
  });

  test('of an earlier log is below every one, however low, of the log that is read now', () => {
    fc.assert(
      fc.property(position, position, (row, mark) => {
        fc.pre(row.epoch !== mark.epoch);
        assert.ok(isBelow(row, mark));
        assert.ok(!isSamePosition(row, mark));
      }),
    );
  });

  test('is another one in another partition', () => {
    assert.ok(!isSamePosition({ epoch: 'a', partition: 0, offset: 1 }, { epoch: 'a', partition: 1, offset: 1 }));
  });
});
