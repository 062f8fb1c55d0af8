import { expect, test } from 'vitest';
import { check, type Evidence, type Seen } from '../support/checker.ts';

const one: Seen = { sequence: 1, id: 'a', text: 'A' };
const two: Seen = { sequence: 2, id: 'b', text: 'B' };
const three: Seen = { sequence: 3, id: 'c', text: 'C' };
const sound: Evidence = {
  acknowledged: [
    { id: 'a', sequence: 1, text: 'A' },
    { id: 'b', sequence: 2, text: 'B' },
    { id: 'c', sequence: 3, text: 'C' },
  ],
  streams: { ada: [one, two, three], bob: [one, two, three] },
  history: [one, two, three],
  attempted: new Set(['A', 'B', 'C', 'D']),
  after: 0,
};

test('nothing is wrong where all saw all once in order', () => {
  expect(check(sound)).toEqual([]);
});

test('an unacknowledged send may be there', () => {
  const four: Seen = { sequence: 4, id: 'd', text: 'D' };
  const all = [one, two, three, four];
  expect(check({ ...sound, streams: { ada: all, bob: all }, history: all })).toEqual([]);
});

test.each<[string, Partial<Evidence>, RegExp]>([
  ['lost in a stream', { streams: { ada: [one, two] } }, /ada: lost 3/],
  ['lost in history', { history: [one, three] }, /history: lost 2/],
  ['a gap', { streams: { ada: [one, three] } }, /ada: 3 follows 1/],
  ['repeated', { streams: { ada: [one, two, two, three] } }, /ada: b came 2 times/],
  ['out of order', { streams: { ada: [two, one, three] } }, /ada: 2 follows 0/],
  ['altered', { streams: { ada: [one, { ...two, text: 'A' }, three] } }, /ada: 2 has another text/],
  ['from nobody', { streams: { ada: [one, two, three, { sequence: 4, id: 'x', text: 'X' }] } }, /nobody sent X/],
  [
    'two orders',
    { streams: { ada: [one, two, three], bob: [one, { ...three, sequence: 2 }, { ...two, sequence: 3 }] } },
    /for others it is/,
  ],
  [
    'a second sequence',
    { acknowledged: [...sound.acknowledged, { id: 'a', sequence: 4, text: 'A' }] },
    /acknowledged as/,
  ],
  ['a later start', { after: 1 }, /1 follows 1/],
])('finds what is %s', (_, change, fault) => {
  expect(check({ ...sound, ...change }).join('\n')).toMatch(fault);
});
