import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cursors, judge } from '../../src/client/cursors.ts';
import type { ChannelEvent } from '../../src/client/event.ts';
import { CLIENT_LIMITS } from '../../src/client/limits.ts';
import { ADA, BOB, CHANNEL, created, joined, left, sent, typing } from './events.ts';

const EVENTS = 30;
const log = Array.from({ length: EVENTS }, (_, index) => sent(index + 1));

/** What a network can do: bring any event at any time, or begin anew from the position and then bring some in order. */
const chaos = fc.array(
  fc.oneof(
    fc.record({ stray: fc.nat(EVENTS - 1) }),
    fc.record({ reconnect: fc.nat(EVENTS), from: fc.constantFrom('position', 'before it' as const) }),
  ),
  { maxLength: 40 },
);

describe('the cursors', () => {
  it('give out every event once and in order, whatever is repeated, lost, reordered or cut', () => {
    fc.assert(
      fc.property(chaos, fc.nat(EVENTS), (steps, begin) => {
        const cursors = new Cursors(ADA.id);
        cursors.adopt(CHANNEL, begin);
        const out: (number | null)[] = [];
        const take = (event: ChannelEvent): void => {
          if (cursors.take(event) === 'next') out.push(event.sequence);
        };
        const reconnect = (count: number, back: number): void => {
          const position = Math.max(0, (cursors.get(CHANNEL) ?? 0) - back);
          for (const event of log.slice(position, position + count)) take(event);
        };
        for (const step of steps) {
          if ('stray' in step) take(log[step.stray] as ChannelEvent);
          else reconnect(step.reconnect, step.from === 'position' ? 0 : 5);
        }
        reconnect(EVENTS, 0);
        expect(out).toEqual(log.slice(begin).map(({ sequence }) => sequence));
      }),
    );
  });

  it('hold what comes of a channel that is not known yet, and give it out once it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: EVENTS }), fc.nat(EVENTS), (first, known) => {
        const cursors = new Cursors(ADA.id);
        const verdicts = log.slice(first).map((event) => cursors.take(event));
        expect(new Set(verdicts)).toEqual(new Set(first === EVENTS ? [] : ['unknown']));
        const again = cursors.adopt(CHANNEL, known).map((event) => cursors.take(event));
        const isWhole = known >= first;
        expect(again.filter((verdict) => verdict === 'next')).toHaveLength(
          isWhole ? EVENTS - Math.max(first, known) : 0,
        );
        expect(again.includes('gap')).toBe(!isWhole && first < EVENTS);
      }),
    );
  });

  it('begin at the start of a channel that has just been made, and go back to it for nothing', () => {
    const cursors = new Cursors(ADA.id);
    expect(cursors.take(created())).toBe('next');
    expect(cursors.list()).toEqual([{ channelId: CHANNEL, sequence: 0 }]);
    expect(cursors.take(log[1] as ChannelEvent)).toBe('gap');
    expect(log.slice(0, 2).map((event) => cursors.take(event))).toEqual(['next', 'next']);
    cursors.take(created());
    expect(cursors.get(CHANNEL)).toBe(2);
  });

  it('hold so much and no more: the rest shows as a gap', () => {
    const cursors = new Cursors(ADA.id);
    for (let index = 0; index <= CLIENT_LIMITS.heldEventsMax; index += 1) cursors.take(sent(index + 2));
    const held = cursors.adopt(CHANNEL, 1);
    expect(held).toHaveLength(CLIENT_LIMITS.heldEventsMax);
    for (const event of held) expect(cursors.take(event)).toBe('next');
    expect(cursors.take(sent(CLIENT_LIMITS.heldEventsMax + 3))).toBe('gap');
  });

  it('begin a channel at its first event, or at the own join', () => {
    expect(judge(undefined, sent(1), ADA.id)).toBe('next');
    expect(judge(undefined, joined(7, ADA), ADA.id)).toBe('next');
    expect(judge(undefined, joined(7, BOB), ADA.id)).toBe('unknown');
    expect(judge(3, joined(7, ADA), ADA.id)).toBe('next');
    expect(judge(3, joined(7, BOB), ADA.id)).toBe('gap');
  });

  it('forget a channel when the viewer leaves it, and no other', () => {
    const cursors = new Cursors(ADA.id);
    cursors.adopt(CHANNEL, 3);
    cursors.adopt('chn_2', 5);
    cursors.take(left(4, BOB));
    expect(cursors.get(CHANNEL)).toBe(4);
    expect(cursors.take(left(5, ADA))).toBe('next');
    expect(cursors.list()).toEqual([{ channelId: 'chn_2', sequence: 5 }]);
  });

  it('let through what takes no position, of any channel', () => {
    expect(new Cursors(ADA.id).take(typing(BOB))).toBe('next');
  });
});
