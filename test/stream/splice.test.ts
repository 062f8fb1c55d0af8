import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { EventStream } from '../../src/stream/hub.ts';
import type { StreamViewer } from '../../src/stream/reader.ts';
import { createWorld, type ModelChannel, range, viewer, type World } from './model.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const TICK_MS = 20;

/** A client: pulls when told, resumes from its newest sequence whenever its stream ends. */
class Client {
  readonly seen: number[] = [];
  readonly after: number;
  readonly #world: World;
  readonly #channel: ModelChannel;
  readonly #viewer: StreamViewer;
  #stream: EventStream | null = null;
  #pending: Promise<void> | null = null;
  overflows = 0;

  constructor(world: World, channel: ModelChannel, member: StreamViewer, after: number) {
    this.#world = world;
    this.#channel = channel;
    this.#viewer = member;
    this.after = after;
  }

  get newest(): number {
    return this.seen.at(-1) ?? this.after;
  }

  /** Asks for one event, unless one is asked for already. */
  pull(): void {
    this.#pending ??= this.#next().finally(() => {
      this.#pending = null;
    });
  }

  async #next(): Promise<void> {
    try {
      this.#stream ??= await this.#world.hub.channel({
        viewer: this.#viewer,
        channelId: this.#channel.id,
        after: this.newest,
        overflow: () => {
          this.overflows += 1;
        },
      });
      const result = await this.#stream.next();
      if (result.done === true) this.#stream = null;
      else this.#take(result.value);
    } catch {
      this.#stream = null;
    }
  }

  #take(event: ChannelEvent): void {
    if (event.sequence !== null) this.seen.push(event.sequence);
    expect(event.kind === 'TypingChanged' && event.userId).not.toBe(this.#viewer.userId);
  }
}

type Action =
  | { readonly kind: 'happen'; readonly what: 'send' | 'edit' | 'delete' | 'join'; readonly pick: number }
  | { readonly kind: 'burst'; readonly count: number }
  | { readonly kind: 'store'; readonly count: number }
  | { readonly kind: 'hint'; readonly pick: number }
  | { readonly kind: 'hintNewest' }
  | { readonly kind: 'stored' }
  | { readonly kind: 'typing'; readonly pick: number }
  | { readonly kind: 'failReads'; readonly count: number }
  | { readonly kind: 'resync' }
  | { readonly kind: 'open'; readonly back: number }
  | { readonly kind: 'pull'; readonly client: number; readonly times: number }
  | { readonly kind: 'wait'; readonly ticks: number };

const pick = fc.nat({ max: 1_000 });
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('happen' as const),
      what: fc.constantFrom('send' as const, 'send' as const, 'edit' as const, 'delete' as const, 'join' as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('burst' as const), count: fc.integer({ min: 2, max: 12 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('store' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hint' as const), pick }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('hintNewest' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('stored' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('typing' as const), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('failReads' as const), count: fc.integer({ min: 1, max: 7 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('resync' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('open' as const), back: fc.nat({ max: 30 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('pull' as const), client: pick, times: fc.integer({ min: 1, max: 8 }) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ticks: fc.integer({ min: 1, max: 3 }) }) },
);

class Run {
  readonly world = createWorld({
    catchUpPageEvents: 3,
    feedEventsMax: 5,
    earlyEventsMax: 4,
    heldEventsMax: 4,
    queueSoftBytes: 2_000,
    queueHardBytes: 4_000,
  });
  readonly member = viewer();
  readonly author = newUserId();
  readonly channel = this.world.channel(this.member.userId, this.author);
  readonly clients = [new Client(this.world, this.channel, this.member, 0)];
  readonly #messages: StoredMessage[] = [];

  async do(step: Action): Promise<void> {
    const { world, channel, clients } = this;
    switch (step.kind) {
      case 'happen':
        return this.#happen(step.what, step.pick);
      case 'burst':
        for (let sent = 0; sent < step.count; sent += 1) {
          await this.#happen('send', sent);
          await this.#hint(channel.head);
        }
        return;
      case 'store':
        channel.stored = Math.min(channel.head, channel.stored + step.count);
        return;
      case 'hint':
        return this.#hint(step.pick % (channel.head + 1));
      case 'hintNewest':
        return this.#hint(channel.head);
      case 'stored':
        return world.hint(channel, { kind: 'stored', head: channel.stored });
      case 'typing': {
        const typist = step.pick % 2 === 0 ? this.author : this.member.userId;
        return world.hint(channel, { kind: 'event', event: channel.typing(typist, step.pick % 3 !== 0) });
      }
      case 'failReads':
        world.storage.failures = step.count;
        return;
      case 'resync':
        return world.hub.resync().catch(() => {});
      case 'open':
        clients.push(new Client(world, channel, this.member, Math.max(0, channel.stored - step.back)));
        return;
      case 'pull':
        for (let time = 0; time < step.times; time += 1) {
          clients[step.client % clients.length]?.pull();
          await turn();
        }
        return;
      case 'wait':
        for (let tick = 0; tick < step.ticks; tick += 1) await vi.advanceTimersByTimeAsync(TICK_MS);
    }
  }

  /** Whatever was lost on the way, in the end the store has all, says so once, and everyone reads on. */
  async settle(): Promise<void> {
    const { world, channel, clients } = this;
    world.storage.failures = 0;
    channel.stored = channel.head;
    await world.hint(channel, { kind: 'stored', head: channel.head });
    for (let round = 0; round < 500 && clients.some(({ newest }) => newest < channel.head); round += 1) {
      for (const client of clients) client.pull();
      await vi.advanceTimersByTimeAsync(TICK_MS);
    }
  }

  async #happen(what: 'send' | 'edit' | 'delete' | 'join', index: number): Promise<void> {
    const { channel, author } = this;
    const message = this.#messages[index % Math.max(1, this.#messages.length)];
    if (what === 'join') channel.join(newUserId());
    else if (what === 'edit' && message !== undefined) channel.edit(message, `edited ${index}`);
    else if (what === 'delete' && message !== undefined) channel.delete(message);
    else this.#messages.push(channel.send(author, `message ${index}`).message);
  }

  async #hint(sequence: number): Promise<void> {
    const event = this.channel.events[sequence - 1];
    if (event !== undefined) await this.world.hint(this.channel, { kind: 'event', event });
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a spliced stream', () => {
  it('gives each event once, in order, none missing, whatever happens to hints, store and readers', async () => {
    let overflows = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 1, maxLength: 120 }), async (steps) => {
        const run = new Run();
        for (const step of steps) await run.do(step);
        await run.settle();
        for (const client of run.clients) {
          expect(client.seen).toEqual(range(client.after + 1, run.channel.head));
          overflows += client.overflows;
        }
        await run.world.hub.close();
        expect(run.world.hub.readers).toBe(0);
        expect(run.world.hub.feeds).toBe(0);
      }),
      { numRuns: 1_000 },
    );
    expect(overflows).toBeGreaterThan(0);
  }, 60_000);
});
