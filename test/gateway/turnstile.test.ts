import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turnstile } from '../../src/gateway/turnstile.ts';

const PER_TURN = 3;

describe('a turnstile', () => {
  it('lets all through in their order, so many a turn', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.nat(2 * PER_TURN), { maxLength: 12 }), async (arrivals) => {
        const turnstile = new Turnstile(PER_TURN);
        const through: number[] = [];
        let [comers, before] = [0, 0];
        for (const coming of [...arrivals, ...Array.from({ length: 2 * arrivals.length }, () => 0)]) {
          for (let index = 0; index < coming; index += 1) {
            const number = comers++;
            turnstile.pass(() => through.push(number));
          }
          // One more where an immediate of the turnstile's ran before this one's turn.
          await setImmediate();
          expect(through.length - before).toBeLessThanOrEqual(2 * PER_TURN);
          before = through.length;
        }
        expect(through).toEqual(Array.from({ length: comers }, (_, number) => number));
      }),
    ));

  it('lets whoever comes alone through at once, but not past those who wait', async () => {
    const turnstile = new Turnstile(1);
    const through: string[] = [];
    turnstile.pass(() => through.push('first'));
    expect(through).toEqual(['first']);
    turnstile.pass(() => {
      through.push('second');
      turnstile.pass(() => through.push('fourth'));
    });
    turnstile.pass(() => through.push('third'));
    expect(through).toEqual(['first']);
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    expect(through).toEqual(['first', 'second', 'third', 'fourth']);
    turnstile.pass(() => through.push('later'));
    expect(through.at(-1)).toBe('later');
  });
});
