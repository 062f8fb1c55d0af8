import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BODY_LENGTH, bodyOf, findBody, numberAt, sentMicrosAt } from '../../bench/load/body.ts';
import { Histogram } from '../../bench/load/histogram.ts';
import { Tally } from '../../bench/load/tally.ts';
import { usageOf } from '../../bench/measure/process-usage.ts';
import { summarise } from '../../bench/measure/statistics.ts';
import { until } from '../support/until.ts';

describe('a message of the bench', () => {
  it('is found in any frame, and tells when it was sent and which it is', () => {
    const micros = fc.integer({ min: 0, max: 1e12 });
    fc.assert(
      fc.property(fc.string(), fc.string(), micros, fc.nat(9_999_999), (before, after, sent, number) => {
        const frame = Buffer.from(`${before}${bodyOf(sent, number)}${after}`);
        const at = findBody(frame, 0, frame.length, -1);
        expect([sentMicrosAt(frame, at), numberAt(frame, at)]).toEqual([sent, number]);
        expect(findBody(frame, 0, frame.length, at)).toBe(at);
        expect(findBody(frame, 0, at + BODY_LENGTH - 1, at)).toBe(-1);
      }),
    );
  });
});

describe('a histogram', () => {
  it('gives quantiles to half a percent', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 60_000_000 }), { minLength: 1, maxLength: 200 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const histogram = new Histogram();
          for (const value of values) histogram.add(value);
          const sorted = values.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.round(share * sorted.length)) - 1] as number;
          expect(Math.abs(histogram.quantileMillis(share) * 1_000 - exact)).toBeLessThanOrEqual(0.005 * exact);
          expect(histogram.maxMillis).toBe((sorted.at(-1) as number) / 1_000);
        },
      ),
    );
  });
});

describe('a tally', () => {
  it('counts what was lost and what came twice, by member and message, in any order', () => {
    const [groups, membersPerGroup, messages] = [3, 4, 60];
    const deliveries = fc.array(fc.record({ member: fc.nat(membersPerGroup - 1), number: fc.nat(messages - 1) }), {
      maxLength: 400,
    });
    fc.assert(
      fc.property(deliveries, (all) => {
        const tally = new Tally({ sockets: groups * membersPerGroup, groups, membersPerGroup });
        const complete: number[] = [];
        tally.onComplete = (number) => complete.push(number);
        const heard = new Map<number, Set<number>>();
        for (const { member, number } of all) {
          tally.delivered((number % groups) + groups * member, number, 0, 0);
          heard.set(number, (heard.get(number) ?? new Set()).add(member));
        }
        const unique = [...heard.values()].reduce((sum, members) => sum + members.size, 0);
        expect(tally.repeated).toBe(all.length - unique);
        expect(tally.lost(messages)).toBe(messages * membersPerGroup - unique);
        const whole = [...heard].filter(([, members]) => members.size === membersPerGroup).map(([number]) => number);
        expect(complete.toSorted()).toEqual(whole.toSorted());
      }),
    );
  });
});

describe('processor time and memory', () => {
  it('of a process come from the operating system', async () => {
    const before = usageOf([process.pid]);
    expect(before.residentBytes).toBeGreaterThan(10 * 2 ** 20);
    await until('100 ms on a processor', () => {
      for (const from = performance.now(); performance.now() - from < 20; );
      return usageOf([process.pid]).cpuMicros - before.cpuMicros > 100_000;
    });
  });
});

describe('a summary', () => {
  it('has the smallest, a middle one that was measured, and the largest', () => {
    expect(summarise([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
    expect(summarise([4, 1, 2, 3])).toEqual({ min: 1, median: 2, max: 4 });
    expect(summarise([])).toBeNull();
  });
});
