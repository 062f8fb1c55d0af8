import { assert, integer, property, string, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { assignPartitions } from '../../src/log/kafka/assignment.ts';

const names = uniqueArray(string({ minLength: 1 }), { minLength: 1, maxLength: 12 });
const partitionCounts = integer({ min: 1, max: 64 });
const members = (of: readonly string[]) => new Map(of.map((name) => [`member of ${name}`, name]));

test('gives each partition to one member, and each member as many as another, give or take one', () => {
  assert(
    property(names, partitionCounts, (of, partitions) => {
      const assigned = [...assignPartitions(members(of), partitions).values()];
      expect(assigned.flat().toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: partitions }, (_, index) => index),
      );
      const sizes = assigned.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }),
  );
});

test('finds the same whoever computes it', () => {
  assert(
    property(names, partitionCounts, (of, partitions) => {
      const one = assignPartitions(members(of), partitions);
      expect(new Map(assignPartitions(members(of.toReversed()), partitions))).toEqual(new Map(one));
    }),
  );
});

test('gives members of one name a part each', () => {
  const twins = new Map([
    ['a', 'node'],
    ['b', 'node'],
  ]);
  expect([...assignPartitions(twins, 8).values()].map(({ length }) => length)).toEqual([4, 4]);
});

test('leaves most partitions where they were when a member goes', () => {
  const all = Array.from({ length: 8 }, (_, index) => `node-${index}`);
  const before = assignPartitions(members(all), 64);
  const after = assignPartitions(members(all.slice(1)), 64);
  let moved = 0;
  for (const [member, partitions] of after) {
    const had = new Set(before.get(member));
    moved += partitions.filter((partition) => !had.has(partition)).length;
  }
  // The eight of the one that went must move; a few others make room.
  expect(moved).toBeGreaterThanOrEqual(8);
  expect(moved).toBeLessThan(24);
});
