import { badInput } from '../domain/error.ts';

/**
 * A place in a list that is ordered by `parts`, of which the last alone may hold a colon. It is said by value, so that a
 * page after it begins right also where what stood there has gone or moved.
 */
export const toCursor = (kind: string, ...parts: readonly (string | number)[]): string =>
  Buffer.from(`${kind}:${parts.join(':')}`).toString('base64url');

/** The parts of a cursor that `toCursor` made. Throws BAD_USER_INPUT that names the field for any other text. */
export function fromCursor(cursor: string, { kind, shape, field }: CursorShape): readonly string[] {
  const text = Buffer.from(cursor, 'base64url').toString();
  const parts = text.startsWith(`${kind}:`) ? shape.exec(text.slice(kind.length + 1)) : null;
  // Decoding passes over what is not base64url, so only what encodes back to itself was given out.
  if (parts === null || Buffer.from(text).toString('base64url') !== cursor) {
    throw badInput(field, 'Not a cursor of this connection.');
  }
  return parts.slice(1);
}

interface CursorShape {
  readonly kind: string;
  /** Matches the parts, a group each. */
  readonly shape: RegExp;
  readonly field: string;
}
