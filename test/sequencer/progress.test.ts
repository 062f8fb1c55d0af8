import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Progress } from '../../src/sequencer/progress.ts';

/** Offsets that rise, with gaps, and the order in which they finish. */
const runs = fc
  .uniqueArray(fc.nat(10_000), { minLength: 1, maxLength: 60 })
  .map((offsets) => offsets.toSorted((one, other) => one - other))
  .chain((offsets) => fc.tuple(fc.constant(offsets), fc.shuffledSubarray(offsets, { minLength: 0 })));

test('the consumed position is the highest below which all is done, whatever the order', () => {
  fc.assert(
    fc.property(runs, ([offsets, finished]) => {
      const progress = new Progress(null);
      for (const offset of offsets) expect(progress.begin(offset)).toBe(true);
      const done = new Set<number>();
      for (const offset of finished) {
        progress.finish(offset);
        done.add(offset);
        const firstOpen = offsets.findIndex((each) => !done.has(each));
        const below = firstOpen === -1 ? offsets.at(-1) : offsets[firstOpen - 1];
        expect(progress.consumed).toBe(below ?? null);
        expect(progress.unfinished).toBe(offsets.length - done.size);
      }
    }),
  );
});

test('what is set aside holds the consumed position back, and nothing else', () => {
  fc.assert(
    fc.property(runs, fc.func(fc.boolean()), ([offsets, over], isSetAside) => {
      const progress = new Progress(null);
      for (const offset of offsets) progress.begin(offset);
      const states = new Map<number, 'done' | 'set aside'>();
      for (const offset of over) {
        const state = isSetAside(offset) ? 'set aside' : 'done';
        states.set(offset, state);
        if (state === 'done') progress.finish(offset);
        else progress.setAside(offset);
        const below = (isPassed: (offset: number) => boolean) => {
          const first = offsets.findIndex((each) => !isPassed(each));
          return (first === -1 ? offsets.at(-1) : offsets[first - 1]) ?? null;
        };
        expect(progress.consumed).toBe(below((each) => states.get(each) === 'done'));
        expect(progress.settled).toBe(below((each) => states.has(each)));
        expect(progress.unfinished).toBe(offsets.length - states.size);
      }
    }),
  );
});

test('what was begun or consumed before is not begun again', () => {
  const progress = new Progress(7);
  expect(progress.consumed).toBe(7);
  expect([3, 7, 9, 9, 8].map((offset) => progress.begin(offset))).toEqual([false, false, true, false, false]);
  progress.finish(9);
  expect(progress.begin(9)).toBe(false);
  expect(progress.consumed).toBe(9);
  expect(progress.unfinished).toBe(0);
});

test('finishing what is unknown or finished changes nothing', () => {
  const progress = new Progress(null);
  progress.finish(4);
  expect(progress.consumed).toBeNull();
  progress.begin(0);
  progress.finish(0);
  progress.finish(0);
  expect(progress.consumed).toBe(0);
});

test('goes through a long log one at a time', () => {
  const progress = new Progress(null);
  for (let offset = 0; offset < 10_000; offset += 1) {
    progress.begin(offset);
    if (offset >= 3) progress.finish(offset - 3);
    expect(progress.consumed).toBe(offset >= 3 ? offset - 3 : null);
  }
  expect(progress.unfinished).toBe(3);
});

test('goes on past what was set aside long ago', () => {
  const progress = new Progress(null);
  for (let offset = 0; offset < 10_000; offset += 1) {
    progress.begin(offset);
    if (offset === 2 || offset === 5_000) progress.setAside(offset);
    else progress.finish(offset);
    expect(progress.settled).toBe(offset);
  }
  expect(progress.consumed).toBe(1);
  expect(progress.unfinished).toBe(0);
});
