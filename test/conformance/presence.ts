import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { Presence, PresenceChange } from '../../src/presence/presence.ts';
import { until } from '../support/until.ts';

/** Two nodes' ends of one presence, with a short TTL; in one process both are the same. */
export interface PresencePair {
  readonly one: Presence;
  readonly other: Presence;
  readonly ttlMs: number;
  close(): Promise<void>;
}

/** What the port allows from the end of the TTL until everybody knows. */
const LATE_MS_MAX = 5_000;

/** What every implementation of the port promises. */
export function presenceConformance(name: string, open: () => Promise<PresencePair>): void {
  describe(`${name}: the presence port`, () => {
    let pair: PresencePair;
    beforeEach(async () => {
      pair = await open();
    });
    afterEach(() => pair.close());

    const isOnline = async (presence: Presence, userId: UserId): Promise<boolean> =>
      (await presence.online([userId])).has(userId);
    const gone = (userId: UserId) =>
      until('the user to be offline', async () => !(await isOnline(pair.other, userId)), pair.ttlMs + LATE_MS_MAX);

    it('knows of nobody who was never kept', async () => {
      expect([...(await pair.one.online([newUserId()]))]).toEqual([]);
      expect([...(await pair.one.online([]))]).toEqual([]);
    });

    it('shows those who are kept to every node, and only those who were asked for', async () => {
      const [ada, bob, cyd] = [newUserId(), newUserId(), newUserId()];
      await pair.one.keep([ada, bob]);
      expect(await pair.other.online([ada, cyd])).toEqual(new Set([ada]));
      expect(await pair.one.online([ada, bob, cyd])).toEqual(new Set([ada, bob]));
    });

    it('lets a user go after the TTL, and not before', async () => {
      const ada = newUserId();
      const keptAt = performance.now();
      await pair.one.keep([ada]);
      await gone(ada);
      expect(performance.now() - keptAt).toBeGreaterThan(pair.ttlMs * 0.95);
    });

    it('holds a user whom any node keeps', async () => {
      const ada = newUserId();
      const changes: PresenceChange[] = [];
      await pair.other.watch(ada, (change) => changes.push(change));
      const end = performance.now() + pair.ttlMs * 3;
      for (let round = 0; performance.now() < end; round += 1) {
        await (round % 2 === 0 ? pair.one : pair.other).keep([ada]);
        expect(await isOnline(pair.one, ada)).toBe(true);
        await new Promise((resolve) => setTimeout(resolve, pair.ttlMs / 5));
      }
      expect(changes.map(({ online }) => online)).toEqual([true]);
    });

    it('tells watchers of every change once, with when the user was last kept', async () => {
      const ada = newUserId();
      const changes: PresenceChange[] = [];
      await pair.other.watch(ada, (change) => changes.push(change));
      const before = Date.now();
      await pair.one.keep([ada]);
      await pair.one.keep([ada]);
      const after = Date.now();
      await until('the end', () => changes.some(({ online }) => !online), pair.ttlMs + LATE_MS_MAX);
      await pair.other.keep([ada]);
      await until('the return', () => changes.length >= 3);
      expect(changes.map(({ online }) => online)).toEqual([true, false, true]);
      expect(changes.every(({ userId }) => userId === ada)).toBe(true);
      for (const { at } of changes.slice(0, 2)) {
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThanOrEqual(after + 1);
      }
    });

    it('tells watchers of their own user only, and nothing once they have stopped', async () => {
      const [ada, bob] = [newUserId(), newUserId()];
      const seen: string[] = [];
      const stop = await pair.one.watch(ada, () => seen.push('stopped'));
      await pair.one.watch(ada, () => seen.push('ada'));
      await pair.one.watch(bob, () => seen.push('bob'));
      stop();
      stop();
      await pair.other.keep([ada]);
      await until('the change', () => seen.length > 0);
      expect(seen).toEqual(['ada']);
    });

    it('counts two watches with one listener as two', async () => {
      const ada = newUserId();
      let told = 0;
      const listener = (): void => {
        told += 1;
      };
      const stop = await pair.one.watch(ada, listener);
      await pair.one.watch(ada, listener);
      stop();
      await pair.other.keep([ada]);
      await until('the change', () => told > 0);
      expect(told).toBe(1);
    });

    it('tells exactly one node that a user has gone', async () => {
      const ada = newUserId();
      const told: PresenceChange[] = [];
      for (const presence of new Set([pair.one, pair.other])) presence.onOffline((change) => told.push(change));
      await pair.one.keep([ada]);
      await gone(ada);
      const own = await until('the end', () => {
        const ofAda = told.filter(({ userId }) => userId === ada);
        return ofAda.length > 0 ? ofAda : null;
      });
      expect(own).toHaveLength(1);
      expect(own[0]?.online).toBe(false);
    });

    it('keeps thousands at once', async () => {
      const crowd = Array.from({ length: 5_000 }, newUserId);
      await pair.one.keep(crowd);
      expect((await pair.other.online(crowd)).size).toBe(crowd.length);
      await until(
        'all to be offline',
        async () => (await pair.other.online(crowd)).size === 0,
        pair.ttlMs + LATE_MS_MAX,
      );
    });
  });
}
