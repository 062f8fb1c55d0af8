import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/graphql/scalars.ts';

describe('DateTime', () => {
  it('takes what Date says of any instant', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0100-01-01'), max: new Date('9999-12-31'), noInvalidDate: true }),
        (date) => {
          expect(parseInstant(date.toISOString())).toBe(date.getTime());
        },
      ),
    );
  });

  it.each([
    ['2026-11-24T08:00:00Z', '2026-11-24T08:00:00.000Z'],
    ['2026-11-24t08:00:00z', '2026-11-24T08:00:00.000Z'],
    ['2026-11-24T08:00:00.5Z', '2026-11-24T08:00:00.500Z'],
    ['2026-11-24T08:00:00.123999999Z', '2026-11-24T08:00:00.123Z'],
    // 0.57 * 1000 is a little less than 570.
    ['2026-11-24T08:00:00.57Z', '2026-11-24T08:00:00.570Z'],
    ['2026-11-24T08:00:00+05:30', '2026-11-24T02:30:00.000Z'],
    ['2026-11-24T08:00:00-01:00', '2026-11-24T09:00:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
  ])('takes %s', (text, instant) => {
    expect(new Date(parseInstant(text) ?? Number.NaN).toISOString()).toBe(instant);
  });

  it.each([
    '2026-11-24',
    '2026-11-24T08:00Z',
    '2026-11-24T08:00:00',
    '2026-11-24 08:00:00Z',
    '2026-11-24T24:00:00Z',
    '2026-11-24T08:60:00Z',
    '2026-11-24T08:00:60Z',
    '2026-02-30T08:00:00Z',
    '2025-02-29T08:00:00Z',
    '2026-00-10T08:00:00Z',
    '2026-13-10T08:00:00Z',
    '2026-11-24T08:00:00+24:00',
    '2026-11-24T08:00:00+01:60',
    '2026-11-24T08:00:00.Z',
    'Tue Nov 24 2026',
    '1795507200000',
    '',
  ])('refuses %s', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
