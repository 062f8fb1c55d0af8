import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChannelId, newGroupId } from '../../src/domain/identifier.ts';
import { RecentHeads } from '../../src/sequencer/recent-heads.ts';

const CHANNELS: readonly ChannelId[] = Array.from({ length: 12 }, newGroupId);

interface Note {
  readonly channel: number;
  readonly head: number;
  /** Since the note before. */
  readonly afterMs: number;
}
const notes: fc.Arbitrary<readonly Note[]> = fc.array(
  fc.record({
    channel: fc.nat(CHANNELS.length - 1),
    head: fc.integer({ min: 1, max: 50 }),
    afterMs: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 60 },
);

/** The list after all notes, and what was noted with its time. */
function note(all: readonly Note[], channelsMax: number, knownFrom: number) {
  const recent = new RecentHeads({ channelsMax, knownFrom });
  let at = 0;
  const noted = all.map(({ channel, head, afterMs }) => {
    at += afterMs;
    const id = CHANNELS[channel] ?? newGroupId();
    recent.note(id, head, at);
    return { id, head, at };
  });
  return { recent, noted, end: at };
}

describe('the channels that have changed lately', () => {
  it('are all there, each with its highest head, as far back as the list says it is complete', () => {
    fc.assert(
      fc.property(notes, fc.integer({ min: 1, max: 12 }), fc.nat(20), fc.nat(150), (all, max, knownFrom, since) => {
        const { recent, noted } = note(all, max, knownFrom);
        const { isComplete, heads } = recent.since(since);
        if (isComplete) {
          expect(since).toBeGreaterThanOrEqual(knownFrom);
          const changed = new Set(noted.filter(({ at }) => at >= since).map(({ id }) => id));
          expect(new Set(heads.map(([id]) => id))).toEqual(changed);
        }
        for (const [id, head] of heads) {
          // Nothing older than the newest change of a channel is told of it.
          const own = noted.filter((one) => one.id === id);
          expect(own.map((one) => one.head)).toContain(head);
          expect(head).toBeGreaterThanOrEqual(own.at(-1)?.head ?? 0);
        }
        expect(heads.length).toBeLessThanOrEqual(max);
      }),
    );
  });

  it('are complete from the beginning where there is room for all', () => {
    fc.assert(
      fc.property(notes, fc.nat(20), (all, knownFrom) => {
        const { recent } = note(all, CHANNELS.length, knownFrom);
        expect(recent.since(knownFrom).isComplete).toBe(true);
        expect(recent.since(knownFrom - 1).isComplete).toBe(false);
      }),
    );
  });

  it('reach back as far as the oldest that had to be forgotten, and no further', () => {
    const recent = new RecentHeads({ channelsMax: 2, knownFrom: 0 });
    for (const [index, id] of CHANNELS.slice(0, 3).entries()) recent.note(id, 1, 10 * (index + 1));
    expect(recent.since(10).isComplete).toBe(false);
    expect(recent.since(11)).toEqual({
      isComplete: true,
      heads: [
        [CHANNELS[1], 1],
        [CHANNELS[2], 1],
      ],
    });
  });
});
