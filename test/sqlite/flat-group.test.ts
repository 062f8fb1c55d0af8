import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flatOf, groupOf } from '../../src/sqlite/flat-group.ts';
import type { Durability, Group, NumberedBatch, SqlValue } from '../../src/sqlite/statement.ts';

const durability = fc.constantFrom<Durability>('synced', 'ordered');
const value: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.constant(null),
  fc.double(),
  fc.string({ unit: 'binary' }),
  fc.uint8Array(),
);
const statement = fc.tuple(fc.nat(50), fc.integer({ min: -1, max: 20 }), fc.array(value));
const batch: fc.Arbitrary<NumberedBatch> = fc.record({ durability, statements: fc.array(statement) });
const group: fc.Arbitrary<Group> = fc.record({ durability, texts: fc.array(fc.string()), batches: fc.array(batch) });

test('a group is what it was after it has been flat, and cloned for another thread', () => {
  fc.assert(
    fc.property(group, (given) => {
      expect(groupOf(structuredClone(flatOf(given)))).toEqual(given);
    }),
  );
});
