import type { UserId } from './identifier.ts';

export interface User {
  readonly id: UserId;
  /** Lower case, unique: see {@link parseHandle}. */
  readonly handle: string;
  readonly name: string;
  /** Milliseconds since 1970, as every `…At` in the domain. */
  readonly createdAt: number;
}

const HANDLE = /^[A-Za-z0-9_-]{3,32}$/;

/** The handle in the form that is stored, or null where the text can't be one. */
export function parseHandle(text: string): string | null {
  return HANDLE.test(text) ? text.toLowerCase() : null;
}
