import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Decision } from '../../src/domain/sequencer.ts';
import { logOf, type Step } from './log-model.ts';
import { type Habits, owner, run } from './owner-model.ts';
import { StoreModel, type Writes } from './store-model.ts';

const by = (actor: number) => ({ gap: 0, actor });
const create: Step = { ...by(0), kind: 'create', channelKind: 'GROUP', delivery: 'PERSIST_FIRST', count: 3 };
const send = (actor: number, nonce = 0): Step => ({ ...by(actor), kind: 'send', nonce, text: 0, replyTo: null });
const edit = (text: number): Step => ({ ...by(0), kind: 'edit', of: { sender: 0, nonce: 0 }, text });
const leave = (actor: number): Step => ({ ...by(actor), kind: 'leave' });

const whole: Habits = {
  batch: 1,
  lag: 0,
  atomic: true,
  order: [0],
  page: 300,
  forgetful: false,
  evicting: false,
  back: 0,
};

const write = ({ rows, state }: Writes, rowsMax = rows.length): void => {
  for (const row of rows.slice(0, rowsMax)) row();
  for (const { after, write: change } of state) if (after <= rowsMax) change();
};

/** What an owner decides, from a command on, that finds the store as it is. */
function replay(list: readonly Step[], store: StoreModel, from = 0, how = whole): readonly Decision[] {
  const decided: Decision[] = [];
  store.consumed = from;
  const one = owner({ log: logOf(list), store, gone: false, decided: (_, decision) => decided.push(decision) }, how);
  while (one.next().done !== true);
  return decided;
}

/** Found by the properties in sequencer-replay.test.ts. */
describe('a replay', () => {
  test('refuses what came before the creation again, though the store has the channel by now', () => {
    // It took the channel and its members from the store: the early message was accepted and got sequence 1, which the
    // first owner, still alive, gave to the next message.
    const list = [send(1), create];
    const store = new StoreModel();
    write(store.writesOf(run(logOf(list))));
    const [early] = replay(list, store);
    assert.deepStrictEqual(early?.events, []);
    assert.ok(early?.outcome.accepted === false);
    assert.equal(early.outcome.refusal.code, 'NOT_FOUND');
  });

  test('adds all members again of whom only the first had been stored, membership included', () => {
    // The first counted as a member already: the second joined as part 0 of 1, under the first one's sequence.
    const list: Step[] = [create, { ...by(0), kind: 'add', from: 10, count: 2 }];
    const first = run(logOf(list));
    const store = new StoreModel();
    write(store.writesOf(first), 1);
    assert.deepStrictEqual(replay(list, store, 1), first.slice(1));
    assert.equal(store.members.length, 5);
  });

  test('stores the text of an edit whose row was stored and whose message was not', () => {
    // It wrote the row's message again, which showed the text of before the edit: the edit was lost.
    const list = [create, send(0), edit(1)];
    const first = run(logOf(list));
    const store = new StoreModel();
    write(store.writesOf(first.slice(0, 2)));
    for (const row of store.writesOf(first).rows) row();
    assert.deepStrictEqual(replay(list, store, 2), first.slice(2));
    assert.equal(store.before(null, 1)[0]?.sequence, 2);
    assert.ok([...store.after(0)].every((row) => 'message' in row && row.message.text === 'b'));
  });

  test('sees rows of another owner that is further when it looks a message up for a later command', () => {
    // It took the edited text from the store: the same edit was none to it, made no event, and the next message got the
    // edit's sequence.
    const list = [create, send(0), send(1), edit(1), send(2)];
    const log = logOf(list);
    const first = run(log);
    const store = new StoreModel();
    write(store.writesOf(first.slice(0, 2)));
    store.consumed = 2;
    const decided: Decision[] = [];
    const slow = owner({ log, store, gone: false, decided: (_, decision) => decided.push(decision) }, whole);
    while (decided.length === 0) slow.next();
    write(store.writesOf(first));
    while (slow.next().done !== true);
    assert.deepStrictEqual(decided, first.slice(2));
  });

  test('says that it does not know, rather than another refusal than the first run', () => {
    // Member 1 was told FORBIDDEN; by the state of after the owner had left, it was NOT_FOUND: no such member to remove.
    const list: Step[] = [create, { ...by(1), kind: 'remove', who: 2 }, leave(2), leave(0)];
    const first = run(logOf(list));
    const store = new StoreModel();
    write(store.writesOf(first));
    const [again, ...rest] = replay(list, store, 1);
    assert.ok(again?.outcome.accepted === false);
    assert.equal(again.outcome.refusal.code, 'UNAVAILABLE');
    assert.deepStrictEqual(rest, first.slice(2));
  });

  test('remembers a command for as many events, not commands, as one that has just loaded the channel', () => {
    // An addition of 60 counted as one: whoever had owned the channel for long took the edit for a repeat, whoever had
    // just loaded it decided it anew, and their sequences parted.
    const count = 197;
    const list: Step[] = [
      create,
      send(0),
      edit(1),
      edit(0),
      { ...by(0), kind: 'add', from: 10, count: 60 },
      { ...by(1), kind: 'burst', count },
      { ...by(0), kind: 'repeat', back: count + 2 },
    ];
    const first = run(logOf(list));
    const store = new StoreModel();
    write(store.writesOf(first.slice(0, -1)));
    assert.deepStrictEqual(replay(list, store, first.length - 1), first.slice(-1));
  });
});
