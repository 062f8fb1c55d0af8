import fc from 'fast-check';
import { applyCreation, applyEvents, type ChannelView, emptyView } from '../../src/domain/channel-view.ts';
import { messagesNamedBy } from '../../src/domain/command.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import type { MessageId } from '../../src/domain/identifier.ts';
import { learnMessages, needsOlderRows, viewFromRows } from '../../src/domain/load-view.ts';
import type { Position } from '../../src/domain/position.ts';
import { type Decision, decide, type LogRecord } from '../../src/domain/sequencer.ts';
import type { StoreModel } from './store-model.ts';

/** Decides one record and moves the view on. */
function step(view: ChannelView, record: LogRecord): Decision {
  const decision = decide(view, record);
  const { creation, events } = decision;
  if (creation !== null) applyCreation(view, creation.channel, creation.members, creation.position);
  applyEvents(view, events);
  return decision;
}

/** The first and only run of a log by one who forgets nothing: what every other run is held against. */
export const run = (log: readonly LogRecord[], view: ChannelView = emptyView()): Decision[] =>
  log.map((record) => step(view, record));

export interface World {
  readonly log: readonly LogRecord[];
  /** A log that was made anew: whoever reads the old one has only what is in memory, and loads nothing for it any more. */
  gone: boolean;
  readonly store: StoreModel;
  readonly decided: (index: number, decision: Decision) => void;
}

/** How an owner goes about it; none of it may change what it decides. */
export interface Habits {
  readonly batch: number;
  /** Batches that are decided before any of them is stored. */
  readonly lag: number;
  /** All of a batch in one write, or row by row and the state some time after. */
  readonly atomic: boolean;
  /** Which write comes next, where the store's promises leave it open. */
  readonly order: readonly number[];
  readonly page: number;
  /** Once all is stored, forgets the messages that it knows. */
  readonly forgetful: boolean;
  /** Once all is stored, forgets the channel. */
  readonly evicting: boolean;
  /** Starts so many commands before the consumed position. */
  readonly back: number;
}

export const habits: fc.Arbitrary<Habits> = fc.record({
  batch: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.constant(100)),
  lag: fc.nat(2),
  atomic: fc.constantFrom(true, false, false),
  order: fc.array(fc.nat(7), { minLength: 1, maxLength: 8 }),
  page: fc.constantFrom(1, 3, 300),
  forgetful: fc.boolean(),
  evicting: fc.boolean(),
  back: fc.oneof(fc.constant(0), fc.nat(50), fc.nat(600)),
});

/** An owner of the channel: stops after each read and each write, where it may be paused, overtaken or lost. */
export function* owner(world: World, how: Habits): Generator<void, void, void> {
  const { log, store } = world;
  let next = Math.max(0, store.consumed - how.back);
  let view: ChannelView | null = null;
  let waiting: Decision[] = [];
  let batches = 0;
  while (next < log.length) {
    const batch = log.slice(next, next + how.batch);
    const [first] = batch;
    if (first === undefined) return;
    if (view === null) {
      view = yield* load(store, first.position, how.page);
      if (world.gone) return;
    }
    yield* learn(store, view, batch);
    for (const record of batch) {
      const decision = step(view, record);
      world.decided(next, decision);
      waiting.push(decision);
      next += 1;
    }
    yield;
    batches += 1;
    if (batches % (how.lag + 1) !== 0 && next < log.length) continue;
    yield* write(store, waiting, how);
    waiting = [];
    store.consumed = Math.max(store.consumed, next);
    yield;
    if (how.forgetful) view.messages.clear();
    if (how.evicting) view = null;
  }
}

function* load(store: StoreModel, position: Position, page: number): Generator<void, ChannelView, void> {
  const channel = store.channel;
  yield;
  const members = store.members;
  yield;
  const rowsNewestFirst: SequencedEvent[] = [];
  do {
    const rows = store.before(rowsNewestFirst.at(-1)?.sequence ?? null, page);
    rowsNewestFirst.push(...rows);
    if (rows.length < page) break;
    yield;
  } while (needsOlderRows(rowsNewestFirst, position));
  return viewFromRows({ channel, members, rowsNewestFirst, position });
}

function* learn(store: StoreModel, view: ChannelView, batch: readonly LogRecord[]): Generator<void, void, void> {
  const named = new Set<MessageId>(batch.flatMap(({ command }) => messagesNamedBy(command)));
  const found = store.messagesById([...named].filter((id) => !view.messages.has(id)));
  yield;
  learnMessages(view, found, found.size === 0 ? [] : store.after(view.head.sequence));
}

function* write(store: StoreModel, decisions: readonly Decision[], how: Habits): Generator<void, void, void> {
  const { rows, state } = store.writesOf(decisions);
  const waiting = [...state];
  let written = 0;
  for (let turn = 0; written < rows.length || waiting.length > 0; turn++) {
    const open = waiting.flatMap(({ after }, index) => (after <= written ? [index] : []));
    const choice = (how.order[turn % how.order.length] ?? 0) % (open.length + (written < rows.length ? 1 : 0));
    const index = open[choice];
    if (index === undefined) rows[written++]?.();
    else waiting.splice(index, 1)[0]?.write();
    if (!how.atomic) yield;
  }
}
