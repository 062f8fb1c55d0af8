import { ParleyError } from '../domain/error.ts';

export const tooCostly = (what: string): ParleyError =>
  new ParleyError('TOO_COSTLY', `The operation asks for too much: ${what}.`);
