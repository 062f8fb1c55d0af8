import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../src/client/backoff.ts';

const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait before another try', () => {
  it('is under a second at first, and never over ten', () => {
    fc.assert(
      fc.property(fc.nat(10_000), chances, (tries, chance) => {
        expect(retryDelayMs(0, chance)).toBeLessThan(1_000);
        expect(retryDelayMs(tries, chance)).toBeLessThan(10_000);
        expect(retryDelayMs(tries, chance)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('is spread over its whole range, which doubles', () => {
    expect([0, 1, 2, 3, 4, 5].map((tries) => retryDelayMs(tries, 0.5))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
    expect(retryDelayMs(3, 0)).toBe(0);
  });
});
