import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { emptyView } from '../../src/domain/channel-view.ts';
import type { Decision, LogRecord } from '../../src/domain/sequencer.ts';
import { logOf, longSteps, steps } from './log-model.ts';
import { type Habits, habits, owner, run, type World } from './owner-model.ts';
import { StoreModel } from './store-model.ts';

type Turn =
  | { readonly act: 'start'; readonly how: Habits }
  | { readonly act: 'crash'; readonly which: number }
  | { readonly act: 'advance'; readonly which: number; readonly count: number };

const start = fc.record({ act: fc.constant('start' as const), how: habits });
const turns = (countMax: number): fc.Arbitrary<readonly Turn[]> =>
  fc
    .tuple(
      start,
      fc.array(
        fc.oneof(
          { weight: 2, arbitrary: start },
          { weight: 1, arbitrary: fc.record({ act: fc.constant('crash' as const), which: fc.nat(9) }) },
          {
            weight: 8,
            arbitrary: fc.record({
              act: fc.constant('advance' as const),
              which: fc.nat(9),
              count: fc.integer({ min: 1, max: countMax }),
            }),
          },
        ),
        { maxLength: 30, size: 'max' },
      ),
    )
    .map(([first, rest]) => [first, ...rest]);

const OWNERS_MAX = 4;

/** Owners start, are paused, overtake each other and crash; those still alive are returned, paused where they are. */
function play(log: readonly LogRecord[], store: StoreModel, expected: readonly Decision[], schedule: readonly Turn[]) {
  const world: World = {
    log,
    store,
    gone: false,
    decided: (index: number, decision: Decision) => assertSameDecision(decision, expected[index]),
  };
  const living: Generator<void, void, void>[] = [];
  for (const turn of schedule) {
    if (turn.act === 'start') {
      if (living.length < OWNERS_MAX) living.push(owner(world, turn.how));
    } else if (turn.act === 'crash') {
      living.splice(turn.which % (living.length + 1), 1);
    } else {
      const one = living[turn.which % Math.max(1, living.length)];
      for (let count = 0; count < turn.count; count++) one?.next();
    }
  }
  return { world, living };
}

const finish = (one: Generator<void, void, void>): void => {
  while (one.next().done !== true);
};

const plain: Habits = {
  batch: 4,
  lag: 0,
  atomic: true,
  order: [0],
  page: 300,
  forgetful: false,
  evicting: false,
  back: 0,
};

/** The same events. What is told: the same, or that it is not known; a message that was not changed may be newer. */
function assertSameDecision(actual: Decision, expected: Decision | undefined): void {
  assert.ok(expected !== undefined);
  assert.deepStrictEqual(actual.events, expected.events);
  const [told, should] = [actual.outcome, expected.outcome];
  if (expected.events.length > 0) assert.deepStrictEqual(told, should);
  if (!told.accepted) {
    if (told.refusal.code !== 'UNAVAILABLE') assert.deepStrictEqual(told, should);
    return;
  }
  assert.ok(should.accepted, 'what was refused is accepted');
  assert.equal(told.message?.id, should.message?.id);
  assert.equal(told.message?.sequence, should.message?.sequence);
  if (should.message?.deletedAt !== null) assert.deepStrictEqual(told.message, should.message);
}

function assertSameStore(store: StoreModel, expected: readonly Decision[], log: readonly LogRecord[]): void {
  assert.deepStrictEqual(
    store.written,
    expected.flatMap(({ events }) => events),
  );
  const view = emptyView();
  run(log, view);
  const byId = (one: { readonly userId: string }, other: { readonly userId: string }) =>
    one.userId < other.userId ? -1 : 1;
  assert.deepStrictEqual([...store.members].sort(byId), [...view.members.values()].sort(byId));
  assert.deepStrictEqual(store.channel?.created ?? null, view.created);
  assert.deepStrictEqual(new Map(store.messagesById(view.messages.keys())), view.messages);
}

describe('a log that is read more than once', { timeout: 60_000 }, () => {
  test('gives every event the sequence of the first run, whoever crashes, pauses or works at the same time', () => {
    fc.assert(
      fc.property(steps(40), turns(40), (list, schedule) => {
        const log = logOf(list);
        const expected = run(log);
        const store = new StoreModel();
        const { world, living } = play(log, store, expected, schedule);
        finish(owner(world, plain));
        assertSameStore(store, expected, log);
        for (const paused of living) finish(paused);
        assertSameStore(store, expected, log);
      }),
      { numRuns: 1_500 },
    );
  });

  test('draws the line of the repeat window at the same event for every owner', () => {
    fc.assert(
      fc.property(longSteps, turns(1_500), (list, schedule) => {
        const log = logOf(list);
        const expected = run(log);
        const store = new StoreModel();
        const { world, living } = play(log, store, expected, schedule);
        for (const paused of living) finish(paused);
        finish(owner(world, plain));
        assertSameStore(store, expected, log);
      }),
      { numRuns: 60 },
    );
  });

  test('is decided by a lone owner exactly as by one who forgets nothing', () => {
    fc.assert(
      fc.property(steps(60), habits, (list, how) => {
        const log = logOf(list);
        const expected = run(log);
        const store = new StoreModel();
        const decided = (index: number, decision: Decision) => assert.deepStrictEqual(decision, expected[index]);
        finish(owner({ log, store, gone: false, decided }, how));
        assertSameStore(store, expected, log);
      }),
      { numRuns: 400 },
    );
  });

  test('goes on where the log before it ended, when it was made anew and its offsets start again', () => {
    fc.assert(
      fc.property(steps(25), steps(25), turns(40), turns(40), (oldList, newList, oldSchedule, newSchedule) => {
        const oldLog = logOf(oldList, 'old');
        const newLog = logOf(newList, 'new', oldLog);
        const expected = run([...oldLog, ...newLog]);
        const store = new StoreModel();
        const old = play(oldLog, store, expected, oldSchedule);
        finish(owner(old.world, plain));
        store.consumed = 0;
        old.world.gone = true;
        const { world, living } = play(newLog, store, expected.slice(oldLog.length), newSchedule);
        finish(owner(world, plain));
        for (const paused of [...living, ...old.living]) finish(paused);
        assertSameStore(store, expected, [...oldLog, ...newLog]);
      }),
      { numRuns: 400 },
    );
  });
});
