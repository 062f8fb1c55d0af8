/** Characters of every message of the bench. */
export const BODY_LENGTH = 120;
const MARK = '@@';
const MICROS_DIGITS = 13;
const NUMBER_DIGITS = 10;
const MARK_BYTE = MARK.charCodeAt(0);
const STAMP_END = MARK.length + MICROS_DIGITS;
const NUMBER_END = STAMP_END + 1 + NUMBER_DIGITS;
const DOT = '.'.charCodeAt(0);
const ZERO = '0'.charCodeAt(0);
const FILLER = 'abcdefghijklmnopqrstuvwxyz'.repeat(4);

/**
 * A message's text: when it was sent and which it is, found by a byte search wherever it stands in a frame, then letters. It comes
 * back as it was sent, since nothing in it is escaped in JSON.
 */
export function bodyOf(sentMicros: number, number: number): string {
  const stamp = String(Math.trunc(sentMicros)).padStart(MICROS_DIGITS, '0');
  const text = `${MARK}${stamp}.${String(number).padStart(NUMBER_DIGITS, '0')}.${FILLER}`;
  return text.slice(0, BODY_LENGTH);
}

/** Where the first body starts between two places of a frame, or -1. `hint` is where it probably does. */
export function findBody(bytes: Buffer, start: number, end: number, hint: number): number {
  if (isMark(bytes, hint, end)) return hint;
  for (let at = bytes.indexOf(MARK, start, 'latin1'); at >= 0 && at < end; at = bytes.indexOf(MARK, at + 1, 'latin1')) {
    if (isMark(bytes, at, end)) return at;
  }
  return -1;
}

function isMark(bytes: Buffer, at: number, end: number): boolean {
  if (at < 0 || at + BODY_LENGTH > end || bytes[at] !== MARK_BYTE || bytes[at + 1] !== MARK_BYTE) return false;
  return bytes[at + STAMP_END] === DOT && bytes[at + NUMBER_END] === DOT;
}

export const sentMicrosAt = (bytes: Buffer, body: number): number => digits(bytes, body + MARK.length, MICROS_DIGITS);

export const numberAt = (bytes: Buffer, body: number): number => digits(bytes, body + STAMP_END + 1, NUMBER_DIGITS);

function digits(bytes: Buffer, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at += 1) value = value * 10 + (bytes[at] as number) - ZERO;
  return value;
}
