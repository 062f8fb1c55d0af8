import { expect, test } from 'vitest';
import { newGroupId } from '../../src/domain/identifier.ts';
import { murmur2, partitionOf } from '../../src/log/kafka/partitioner.ts';

// Kafka's own examples, so that its tools find a channel where we put it.
test.each([
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
  ['abc', 479_470_107],
])('hashes %s as Kafka does', (text, expected) => {
  expect(murmur2(Buffer.from(text))).toBe(expected);
});

test('spreads channels over all partitions', () => {
  const counts = new Map<number, number>();
  for (let index = 0; index < 12_000; index += 1) {
    const partition = partitionOf(newGroupId(), 12);
    counts.set(partition, (counts.get(partition) ?? 0) + 1);
  }
  expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => index));
  for (const count of counts.values()) expect(count).toBeGreaterThan(800);
});
