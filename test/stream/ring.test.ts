import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SequencedEvent } from '../../src/domain/event.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import { frozen } from '../../src/stream/frozen.ts';
import { Ring } from '../../src/stream/ring.ts';
import { eventBytes } from '../../src/stream/size.ts';
import { ModelChannel } from './model.ts';

const author = newUserId();

function history(length: number): ModelChannel {
  const channel = new ModelChannel();
  for (let index = 0; index < length; index += 1) channel.send(author);
  return channel;
}

function ringOf(events: readonly SequencedEvent[], eventsMax = 300, bytesMax = 1 << 20): Ring {
  const ring = new Ring({ eventsMax, bytesMax });
  for (const event of events) ring.push(frozen(event));
  return ring;
}

describe('a ring', () => {
  it('keeps as many events as it may and one no more', () => {
    expect(ringOf(history(5).events, 5).after(0, 10)).toHaveLength(5);
    const ring = ringOf(history(6).events, 5);
    expect(ring.after(0, 10)).toBeNull();
    expect(ring.after(1, 10)?.map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5, 6]);
  });

  it('keeps as many bytes as it may and one no more', () => {
    const { events } = history(5);
    const bytes = events.reduce((sum, event) => sum + eventBytes(event), 0);
    expect(ringOf(events, 300, bytes).after(0, 10)).toHaveLength(5);
    expect(ringOf(events, 300, bytes - 1).after(0, 10)).toBeNull();
    expect(ringOf(events, 300, bytes - 1).after(1, 10)).toHaveLength(4);
  });

  it('gives a page, nothing after the newest, and null where it does not reach', () => {
    const ring = ringOf(history(10).events);
    expect(ring.after(2, 3)?.map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
    expect(ring.after(10, 3)).toEqual([]);
    expect(ringOf([]).after(0, 3)).toBeNull();
  });

  // A deleted text was shown once more to who resumed before its deletion, pushed first, had been stored.
  it('knows of what is older than it how it is now, however far the store is', () => {
    const act = fc.record({ what: fc.constantFrom('send', 'edit', 'delete'), pick: fc.nat({ max: 50 }) });
    const runs = fc.tuple(fc.array(act, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), fc.nat(20));
    fc.assert(
      fc.property(runs, ([acts, eventsMax, lag]) => {
        const channel = new ModelChannel();
        const messages: StoredMessage[] = [];
        const deleted = new Set<string>();
        for (const { what, pick } of acts) {
          const message = messages[pick % Math.max(1, messages.length)];
          if (what === 'send' || message === undefined) messages.push(channel.send(author, `sent ${pick}`).message);
          else if (what === 'edit' && !deleted.has(message.id)) channel.edit(message, `edited ${pick}`);
          else if (what === 'delete') {
            channel.delete(message);
            deleted.add(message.id);
          }
        }
        const ring = ringOf(channel.events, eventsMax);
        channel.stored = channel.head;
        const now = channel.after(0, 100);
        // The store lags by no more than the ring reaches back.
        channel.stored = Math.max(0, channel.head - Math.min(lag, eventsMax));
        const shown = ring.asNow(channel.after(0, 100));
        const texts = (events: readonly SequencedEvent[]) =>
          events.map((event) => 'message' in event && event.message.text);
        expect(texts(shown)).toEqual(texts(now).slice(0, channel.stored));
      }),
    );
  });

  it('brings nothing back that the store knows to be deleted', () => {
    const channel = history(1);
    const [sent] = channel.events;
    if (sent === undefined || !('message' in sent)) throw new Error('no message');
    channel.edit(sent.message, 'edited');
    const ring = ringOf(channel.events);
    channel.delete(sent.message);
    channel.stored = channel.head;
    for (const event of ring.asNow(channel.after(0, 10))) expect(event).toMatchObject({ message: { text: '' } });
  });

  it('gives no event as the same object once a message was edited: one that answers it shows it too', () => {
    const channel = history(3);
    const ring = ringOf(channel.events);
    const before = ring.after(0, 10) ?? [];
    expect(ring.after(0, 10)?.every((event, index) => event === before[index])).toBe(true);
    const [first] = before;
    if (first?.kind !== 'MessageSent') throw new Error('The first event is no message');
    ring.push(frozen(channel.edit(first.message, 'other')));
    expect(ring.after(0, 3)?.some((event, index) => event === before[index])).toBe(false);
    expect(ring.after(1, 2)).toEqual(before.slice(1));
    const edited = ring.after(0, 10) ?? [];
    ring.stored();
    expect(ring.after(0, 10)).toEqual(edited);
    expect(ring.after(0, 10)?.some((event, index) => event === edited[index])).toBe(false);
  });

  it('shows every message as it is now, as the store does', () => {
    const act = fc.record({ what: fc.constantFrom('send', 'edit', 'delete', 'join'), pick: fc.nat({ max: 50 }) });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (acts, eventsMax) => {
        const channel = new ModelChannel();
        const messages: StoredMessage[] = [];
        for (const { what, pick } of acts) {
          const message = messages[pick % Math.max(1, messages.length)];
          if (what === 'join') channel.join(newUserId());
          else if (what === 'edit' && message !== undefined) channel.edit(message, 'x'.repeat(pick));
          else if (what === 'delete' && message !== undefined) channel.delete(message);
          else messages.push(channel.send(author, 'y'.repeat(pick)).message);
        }
        channel.stored = channel.head;
        const ring = ringOf(channel.events, eventsMax);
        const oldest = Math.max(0, channel.head - eventsMax);
        const kept = ring.after(oldest, 100) ?? [];
        expect(kept).toEqual(channel.after(oldest, 100));
        expect(ring.bytes).toBe(kept.reduce((sum, event) => sum + eventBytes(event), 0));
      }),
    );
  });
});
