import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { parseHandle } from '../../src/domain/user.ts';

describe('a handle', () => {
  test('has 3 to 32 characters', () => {
    assert.deepStrictEqual(
      [2, 3, 32, 33].map((length) => parseHandle('a'.repeat(length)) !== null),
      [false, true, true, false],
    );
  });

  test('is kept in lower case, and stays what it is when it is parsed again', () => {
    const character = fc.constantFrom(...'abzABZ019_-');
    fc.assert(
      fc.property(fc.string({ unit: character, minLength: 3, maxLength: 32 }), (text) => {
        assert.equal(parseHandle(text), text.toLowerCase());
        assert.equal(parseHandle(text.toLowerCase()), parseHandle(text.toUpperCase()));
      }),
    );
  });

  test('is made of a to z, digits, underscore and hyphen only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        const handle = parseHandle(text);
        assert.ok(handle === null || [...handle].every((character) => /[a-z0-9_-]/.test(character)));
      }),
    );
    for (const text of ['ab c', 'abc\n', 'ab.c', 'äbc', 'abс', '', ' abc']) assert.equal(parseHandle(text), null);
  });

  test('is not made of what only becomes ASCII in lower case', () => {
    // The Kelvin sign, whose lower case is 'k', was taken for one.
    assert.equal(parseHandle('\u212Aelvin'), null);
  });
});
