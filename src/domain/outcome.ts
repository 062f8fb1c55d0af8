import type { ErrorCode } from './error.ts';
import { ParleyError } from './error.ts';
import type { Message } from './message.ts';

/** Why a command was refused, in a form that travels between nodes. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly field?: string;
}

/** What the sender of a command is told. */
export type Outcome =
  | {
      readonly accepted: true;
      /** The message that was sent, edited or deleted, as it is now. Null for commands about members. */
      readonly message: Message | null;
    }
  | { readonly accepted: false; readonly refusal: Refusal };

export const accepted = (message: Message | null = null): Outcome => ({ accepted: true, message });

export const refused = (code: ErrorCode, message: string, field?: string): Outcome => ({
  accepted: false,
  refusal: field === undefined ? { code, message } : { code, message, field },
});

/** The message of an accepted outcome; a refusal is thrown. */
export function messageOrThrow(outcome: Outcome): Message | null {
  if (outcome.accepted) return outcome.message;
  const { code, message, field } = outcome.refusal;
  throw new ParleyError(code, message, field === undefined ? {} : { field });
}
