import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { Watchers } from '../../src/presence/redis/watchers.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import { presenceTopic } from '../../src/pubsub/topics.ts';

describe('watchers of presence', () => {
  // An older going that came after a newer coming showed somebody as offline who was there.
  it('end with the newest change, and never tell the same twice, in whatever order changes reach them', async () => {
    const orders = fc
      .integer({ min: 1, max: 9 })
      .map((count) => Array.from({ length: count }, (_, order) => order))
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
    await fc.assert(
      fc.asyncProperty(orders, async (shuffled) => {
        const pubsub = createMemoryPubSub();
        const failed = (error: unknown): never => expect.fail(String(error));
        const watchers = new Watchers({ pubsub, online: async () => new Set(), failed, now: Date.now });
        const userId = newUserId();
        const seen: boolean[] = [];
        await watchers.watch(userId, ({ online }) => seen.push(online));
        for (const order of shuffled) {
          await pubsub.publish(presenceTopic(userId), { online: order % 2 === 0, at: order, order });
        }
        watchers.close();
        await pubsub.close();
        expect(seen.at(-1)).toBe((shuffled.length - 1) % 2 === 0);
        expect(seen).toEqual(seen.map((_, index) => (index % 2 === 0 ? seen[0] : !seen[0])));
      }),
    );
  });
});
