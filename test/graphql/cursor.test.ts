import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../src/domain/error.ts';
import { fromCursor, toCursor } from '../../src/graphql/cursor.ts';
import { rangeOf } from '../../src/graphql/message-page.ts';

const shape = /^(\d{1,15}):(.+)$/;
const read = (cursor: string, kind = 'channel') => fromCursor(cursor, { kind, shape, field: 'after' });

/** What a call throws, as `CODE field`. */
function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ParleyError) return `${error.code} ${error.field}`;
    throw error;
  }
  return 'nothing';
}

describe('a cursor', () => {
  it('gives back what it was made of', () => {
    fc.assert(
      fc.property(fc.nat(), fc.stringMatching(/^[A-Za-z0-9_:-]{1,40}$/), (number, id) => {
        expect(read(toCursor('channel', number, id))).toEqual([`${number}`, id]);
      }),
    );
  });

  it('is refused, with its field, where it was not given out', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(refusal(() => read(text))).toBe('BAD_USER_INPUT after');
      }),
    );
    expect(refusal(() => read(toCursor('member', 5, 'id')))).toBe('BAD_USER_INPUT after');
    expect(refusal(() => read(toCursor('channel', -5, 'id')))).toBe('BAD_USER_INPUT after');
  });

  it('is refused where anything was added that decoding passes over', () => {
    const cursor = toCursor('channel', 5, 'id');
    for (const changed of [`${cursor}=`, `${cursor} `, ` ${cursor}`, `${cursor}!`, cursor.slice(0, -1)]) {
      expect(refusal(() => read(changed))).toBe('BAD_USER_INPUT after');
    }
  });
});

describe('the range of a page of messages', () => {
  const cursor = (sequence: number) => toCursor('message', sequence);

  it.each([
    ['with neither', {}, { after: null, before: null, limit: 50, from: 'newest' }],
    ['with first', { first: 7 }, { after: null, before: null, limit: 7, from: 'oldest' }],
    ['with last', { last: 7 }, { after: null, before: null, limit: 7, from: 'newest' }],
    ['with after alone', { after: cursor(3) }, { after: 3, before: null, limit: 50, from: 'oldest' }],
    ['with before alone', { before: cursor(9) }, { after: null, before: 9, limit: 50, from: 'newest' }],
    ['with both bounds', { after: cursor(3), before: cursor(9) }, { after: 3, before: 9, limit: 50, from: 'newest' }],
    ['with last after', { last: 2, after: cursor(3) }, { after: 3, before: null, limit: 2, from: 'newest' }],
    ['with first before', { first: 2, before: cursor(9) }, { after: null, before: 9, limit: 2, from: 'oldest' }],
    ['with nulls', { first: null, after: null, last: null, before: null }, { limit: 50, from: 'newest' }],
  ])('%s', (_, args, range) => {
    expect(rangeOf(args)).toMatchObject(range);
  });

  it.each([
    [{ first: 1, last: 1 }, 'BAD_USER_INPUT last'],
    [{ first: 0 }, 'BAD_USER_INPUT first'],
    [{ first: 1 }, 'nothing'],
    [{ first: 100 }, 'nothing'],
    [{ first: 101 }, 'BAD_USER_INPUT first'],
    [{ last: 0 }, 'BAD_USER_INPUT last'],
    [{ last: 100 }, 'nothing'],
    [{ last: 101 }, 'BAD_USER_INPUT last'],
    [{ last: -1 }, 'BAD_USER_INPUT last'],
    [{ after: 'rubbish' }, 'BAD_USER_INPUT after'],
    [{ before: cursor(1).toLowerCase() }, 'BAD_USER_INPUT before'],
  ])('%o is refused with %s', (args, expected) => {
    expect(refusal(() => rangeOf(args))).toBe(expected);
  });
});
