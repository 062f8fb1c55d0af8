import { afterEach, describe, expect, it, vi } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { createMemoryPresence } from '../../src/presence/memory.ts';
import { presenceConformance } from './presence.ts';

presenceConformance('in memory', async () => {
  const ttlMs = 300;
  const presence = createMemoryPresence({ ttlMs });
  return { one: presence, other: presence, ttlMs, close: () => presence.close() };
});

describe('presence in memory', () => {
  afterEach(() => void vi.useRealTimers());

  it('is exact to a second at the shortest and the longest TTL', async () => {
    vi.useFakeTimers();
    for (const ttlMs of [5_000, 3_600_000]) {
      const presence = createMemoryPresence({ ttlMs });
      const ada = newUserId();
      const startedAt = Date.now();
      const ends: number[] = [];
      presence.onOffline(() => ends.push(Date.now() - startedAt));
      await presence.keep([ada]);
      await vi.advanceTimersByTimeAsync(ttlMs - 1);
      expect((await presence.online([ada])).has(ada)).toBe(true);
      await vi.advanceTimersByTimeAsync(1_001);
      expect(ends).toHaveLength(1);
      expect(ends[0]).toBeLessThanOrEqual(ttlMs + 1_000);
      await presence.close();
    }
  });

  it('runs one timer for all users', async () => {
    vi.useFakeTimers();
    const presence = createMemoryPresence({ ttlMs: 30_000 });
    await presence.keep(Array.from({ length: 1_000 }, newUserId));
    expect(vi.getTimerCount()).toBe(1);
    await presence.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tells the end before the return where nobody looked in between', async () => {
    let now = 0;
    const presence = createMemoryPresence({ ttlMs: 5_000, now: () => now });
    const ada = newUserId();
    const changes: [boolean, number][] = [];
    await presence.watch(ada, ({ online, at }) => changes.push([online, at]));
    await presence.keep([ada]);
    now = 60_000;
    await presence.keep([ada]);
    expect(changes).toEqual([
      [true, 0],
      [false, 0],
      [true, 60_000],
    ]);
    await presence.close();
  });
});
