import { expect, test } from 'vitest';
import { insyncReplicas, weaknessesOf } from '../../src/log/kafka/weaknesses.ts';

const SAFE = { 'min.insync.replicas': '2', 'retention.ms': '-1', 'retention.bytes': '-1', 'cleanup.policy': 'delete' };
const of = (copies: number, changed: Readonly<Record<string, string>> = {}, replication = copies) =>
  weaknessesOf('commands', { replication, copies, settings: new Map(Object.entries({ ...SAFE, ...changed })) });

test('three copies of which two must have a message weaken nothing', () => {
  expect(of(3)).toEqual([]);
  expect(of(2)).toEqual([]);
});

test.each([
  ['one copy', of(1, { 'min.insync.replicas': '1' }), 'has one copy'],
  ['fewer copies than configured', of(2, {}, 3), 'has 2 copies, not the 3 of KAFKA_REPLICATION'],
  ['one copy in sync', of(3, { 'min.insync.replicas': '1' }), 'min.insync.replicas=1: a message may be'],
  ['more in sync than there are', of(2, { 'min.insync.replicas': '3' }), 'nothing can be sent'],
  ['a time after which records go', of(3, { 'retention.ms': '604800000' }), 'retention.ms=604800000'],
  ['a size after which records go', of(3, { 'retention.bytes': '0' }), 'retention.bytes=0'],
  ['a batch that is too small', of(3, { 'max.message.bytes': '65536' }), 'max.message.bytes=65536'],
  ['compaction', of(3, { 'cleanup.policy': 'compact,delete' }), 'is compacted'],
  ['unclean elections', of(3, { 'unclean.leader.election.enable': 'true' }), 'unclean.leader.election.enable=true'],
  ['brokers that do not tell', weaknessesOf('commands', { replication: 3, copies: 3, settings: null }), 'not known'],
])('%s is told', (_, weaknesses, words) => {
  expect(weaknesses).toEqual([expect.stringContaining(words)]);
});

test('what a topic is made with weakens nothing', () => {
  for (const copies of [2, 3, 5]) {
    expect(of(copies, { 'min.insync.replicas': String(insyncReplicas(copies)) })).toEqual([]);
  }
});
