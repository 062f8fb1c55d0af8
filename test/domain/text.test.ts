import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasBidiControl, isBlank } from '../../src/domain/text.ts';

const INVISIBLE = [
  ...' \t\n\u0000\u00A0\u00AD\u034F\u061C\u115F\u1160\u17B4\u180E\u2000\u2028\u200B\u200C\u200D\u200E\u200F',
  ...'\u202E\u2060\u2062\u2069\u2800\u3000\u3164\uFE0F\uFEFF\uFFA0\u{E0020}\u{E01EF}',
];
const VISIBLE = [
  ...'a.0-é字שا\u0600\u094D\u0301😀',
  '👩‍👩‍👧',
  '❤️',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  'می‌خواهم',
];
const nothing = fc.string({ unit: fc.constantFrom(...INVISIBLE), maxLength: 20 });

describe('a text', () => {
  test('is blank where it has nothing but what is not seen', () => {
    fc.assert(fc.property(nothing, (text) => isBlank(text)));
  });

  test('is not blank with anything that is seen, whatever stands around or inside of it', () => {
    fc.assert(
      fc.property(
        nothing,
        fc.constantFrom(...VISIBLE),
        nothing,
        (before, seen, after) => !isBlank(before + seen + after),
      ),
    );
  });

  test('steers the direction of writing by embeddings, overrides and isolates only', () => {
    const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
    const controls = [...range(0x202a, 0x202e), ...range(0x2066, 0x2069)];
    const all = range(0, 0xffff).filter((code) => hasBidiControl(`a${String.fromCharCode(code)}b`));
    expect(all).toEqual(controls);
    for (const name of ['שלום', 'مرحبا \u200Fworld', 'a\u200Eb', '👩‍👩‍👧']) expect(hasBidiControl(name)).toBe(false);
  });
});
