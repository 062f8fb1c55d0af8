import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachBounded } from '../../src/stream/bounded.ts';

describe('each, bounded', () => {
  it('does each once, in order, as many at a time as the limit and the items allow', async () => {
    const property = fc.asyncProperty(fc.nat({ max: 20 }), fc.integer({ min: 1, max: 8 }), async (count, limit) => {
      const items = Array.from({ length: count }, (_, index) => index);
      const begun: number[] = [];
      let running = 0;
      let most = 0;
      await eachBounded(items, limit, async (item) => {
        begun.push(item);
        running += 1;
        most = Math.max(most, running);
        await turn();
        running -= 1;
      });
      expect({ begun, running, most }).toEqual({ begun: items, running: 0, most: Math.min(count, limit) });
    });
    await fc.assert(property);
  });
});
