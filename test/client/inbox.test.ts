import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelEvent } from '../../src/client/event.ts';
import { Inbox } from '../../src/client/inbox.ts';
import type { News } from '../../src/client/port.ts';
import { Store } from '../../src/client/store.ts';
import { ADA } from './events.ts';
import { ModelServer, unreadOf } from './model-server.ts';

type Step =
  | { readonly server: 'create' | 'join' | 'leave'; readonly channel: number }
  | { readonly server: 'send'; readonly channel: number; readonly own: boolean }
  | { readonly server: 'change'; readonly channel: number; readonly which: number; readonly deletion: boolean }
  | { readonly network: 'deliver' | 'lose' | 'repeat' | 'swap'; readonly at: number }
  | { readonly network: 'cut' | 'gone' | 'back' }
  /** The tab that had the inbox is closed; this one has another from now on. */
  | { readonly takeover: true }
  | { readonly waitMs: number }
  | { readonly look: number }
  | { readonly scroll: number };

const channel = fc.nat(3);
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ server: fc.constant('send' as const), channel, own: fc.boolean() }) },
    {
      weight: 3,
      arbitrary: fc.record({
        server: fc.constant('change' as const),
        channel,
        which: fc.nat(20),
        deletion: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ server: fc.constantFrom('create' as const, 'join', 'leave'), channel }) },
    { weight: 6, arbitrary: fc.record({ network: fc.constant('deliver' as const), at: fc.nat(10) }) },
    {
      weight: 2,
      arbitrary: fc.record({ network: fc.constantFrom('lose' as const, 'repeat', 'swap'), at: fc.nat(10) }),
    },
    { weight: 2, arbitrary: fc.record({ network: fc.constantFrom('cut' as const, 'gone', 'back') }) },
    { weight: 1, arbitrary: fc.constant({ takeover: true as const }) },
    { weight: 6, arbitrary: fc.record({ waitMs: fc.constantFrom(0, 25, 30, 1_000, 15_000) }) },
    { weight: 1, arbitrary: fc.record({ look: channel }) },
    { weight: 1, arbitrary: fc.record({ scroll: channel }) },
  ),
  { maxLength: 60 },
);

/** One tab with an inbox of its own, on the model. */
class Rig {
  readonly server = new ModelServer();
  readonly events: ChannelEvent[] = [];
  readonly store: Store;
  inbox: Inbox;

  constructor() {
    for (let index = 0; index < 2; index += 1) {
      this.server.create();
      for (let count = 0; count < 8; count += 1) this.server.send(index, count === 3);
    }
    this.store = new Store({
      ask: this.server.ask,
      list: () => void this.inbox.list().catch(() => {}),
      watch() {},
      happened: (event) => this.events.push(event),
    });
    this.store.viewer.set(ADA);
    this.inbox = this.#begin();
  }

  #begin(): Inbox {
    const news = (item: News): void => this.store.take([item]);
    return new Inbox({
      viewerId: ADA.id,
      ask: this.server.ask,
      transports: [this.server.transport],
      endpoints: async () => [{ url: 'ws://model', httpUrl: 'http://model' }],
      token: async () => 'token',
      expired() {},
      takePresence() {},
      opened() {},
      news,
    });
  }

  do(step: Step): void {
    const { server, store } = this;
    if ('waitMs' in step) return;
    if ('takeover' in step) {
      this.inbox.close();
      this.inbox = this.#begin();
    } else if ('look' in step) store.look(store.channel(`chn_${step.look}`))();
    else if ('scroll' in step)
      store
        .channel(`chn_${step.scroll}`)
        .messages.loadOlder()
        .catch(() => {});
    else if ('network' in step) this.#network(step);
    else if (step.server === 'send') server.send(step.channel, step.own);
    else if (step.server === 'change') server.change(step.channel, step.which, step.deletion);
    else if (step.server === 'create') server.create();
    else server[step.server](step.channel);
  }

  #network(step: Extract<Step, { network: unknown }>): void {
    const { server } = this;
    if (step.network === 'cut') server.cut();
    else if (step.network === 'back') server.isReachable = true;
    else if (step.network === 'gone') {
      server.isReachable = false;
      server.cut();
    } else if ('at' in step) {
      if (step.network === 'deliver') server.deliver(step.at);
      else server.disturb(step.network, step.at);
    }
  }

  /** The network is well again, somebody looks at the page and scrolls to the beginning of everything. */
  async settle(): Promise<void> {
    this.server.isReachable = true;
    for (let round = 0; round < 12; round += 1) {
      this.inbox.wake();
      await vi.advanceTimersByTimeAsync(15_000);
      this.server.deliver(Number.POSITIVE_INFINITY);
    }
    for (const { id } of this.server.channels) {
      if (this.store.channel(id).record === null) continue;
      const { messages } = this.store.channel(id);
      for (let page = 0; page < 40 && (!messages.isLoaded || messages.signal.get().hasOlder); page += 1) {
        messages.loadOlder().catch(() => {});
        await vi.advanceTimersByTimeAsync(100);
      }
    }
  }
}

describe('an inbox and what is shown of it', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('end as the server has it, after any interleaving of disconnects, repeats, gaps and reorderings', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const rig = new Rig();
        try {
          for (const step of script) {
            rig.do(step as Step);
            await vi.advanceTimersByTimeAsync('waitMs' in step ? step.waitMs : 0);
          }
          await rig.settle();
          const own = rig.server.channels.filter(({ isMember }) => isMember);
          expect(rig.inbox.connection.state.status).toBe('live');
          expect(new Set(rig.store.channels.get().map(({ id }) => id))).toEqual(new Set(own.map(({ id }) => id)));
          for (const wanted of own) {
            const { messages, record } = rig.store.channel(wanted.id);
            expect(messages.signal.get().items.map(({ id, text }) => [id, text])).toEqual(
              wanted.messages.map(({ id, text }) => [id, text]),
            );
            expect(record?.head).toBe(wanted.log.length);
            expect(record?.unread).toBe(unreadOf(wanted));
          }
        } finally {
          rig.inbox.close();
        }
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  it('give out each event once and in order, with no gap but before the own joins', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const rig = new Rig();
        try {
          for (const step of script) {
            if (!('takeover' in step)) rig.do(step as Step);
            await vi.advanceTimersByTimeAsync('waitMs' in step ? step.waitMs : 0);
          }
          await rig.settle();
          const last = new Map<string, number>();
          for (const event of rig.events) {
            const before = last.get(event.channel.id);
            const sequence = event.sequence ?? 0;
            const isOwnJoin = event.__typename === 'MemberJoined';
            if (before !== undefined && !isOwnJoin) expect(sequence).toBe(before + 1);
            if (before !== undefined) expect(sequence).toBeGreaterThan(before);
            if (event.__typename === 'MemberLeft') last.delete(event.channel.id);
            else last.set(event.channel.id, sequence);
          }
        } finally {
          rig.inbox.close();
        }
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('read again at once what is missing, and nothing but that', async () => {
    const rig = new Rig();
    await vi.advanceTimersByTimeAsync(100);
    for (let count = 0; count < 3; count += 1) rig.server.send(0, false);
    rig.server.disturb('lose', 0);
    rig.server.deliver(1);
    await vi.advanceTimersByTimeAsync(0);
    rig.server.deliver(10);
    expect(rig.events.map(({ sequence }) => sequence)).toEqual([9, 10, 11]);
    rig.inbox.close();
  });
});
