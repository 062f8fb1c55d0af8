import { describe, expect, it } from 'vitest';
import { Answer } from '../../src/graphql/answer.ts';
import { RecentAnswers } from '../../src/graphql/recent-answers.ts';

const OPERATION = {};
const HOUR_MS = 3_600_000;

describe('answers that are kept for whoever asks the same', () => {
  /** How many of the events, the newest first, are still answered without an execution. */
  function kept(recent: RecentAnswers, count: number, characters: number): number {
    const events = Array.from({ length: count }, () => ({}));
    for (const event of events) {
      recent.add(event, OPERATION, new Answer());
      recent.weigh(characters);
    }
    const forgotten = events.findLastIndex((event) => recent.get(event, OPERATION) === null);
    expect(events.slice(0, Math.max(forgotten, 0)).every((event) => recent.get(event, OPERATION) === null)).toBe(true);
    return count - 1 - forgotten;
  }

  it('are the newest, so many at most', () => {
    const recent = new RecentAnswers({ keptMs: HOUR_MS, answersMax: 20, charactersMax: 1_000_000 });
    expect(kept(recent, 20, 1)).toBe(20);
    const left = kept(recent, 1_000, 1);
    expect(left).toBeGreaterThanOrEqual(10);
    expect(left).toBeLessThanOrEqual(20);
  });

  // They were counted only, so that one reader far behind in a channel of long messages cost 100 MB: thousands of answers that nobody else
  // could ask for.
  it('take so many characters at most, the last one excepted', () => {
    const recent = new RecentAnswers({ keptMs: HOUR_MS, answersMax: 4_096, charactersMax: 20_000 });
    const left = kept(recent, 1_000, 1_000);
    expect(left).toBeGreaterThanOrEqual(10);
    expect(left).toBeLessThanOrEqual(20);
    expect(kept(recent, 100, 50_000)).toBeLessThanOrEqual(2);
  });
});
