import type { ErrorCode, ParleyError } from './error.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** A message that the server has not acknowledged yet. */
export interface OutboxEntry {
  /** The same for every try, so that however often it is sent it is one message. */
  readonly nonce: string;
  readonly channelId: string;
  readonly text: string;
  /** The id of a message. */
  readonly replyTo: string | null;
  /** Its place in the outbox. */
  readonly order: number;
  readonly createdAt: number;
  /** The newest sequence of the channel that was known when it was written. */
  readonly after: number;
  /** What the server has against it; null while it is on its way. */
  readonly failure: OutboxFailure | null;
}

export interface OutboxFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** In the order in which they were written. */
export type Outbox = readonly OutboxEntry[];

export function added(outbox: Outbox, entry: OutboxEntry): Outbox {
  if (outbox.some(({ nonce }) => nonce === entry.nonce)) return outbox;
  return [...outbox, entry].sort((a, b) => a.order - b.order);
}

/** After its acknowledgement, or when its author gives it up. */
export function removed(outbox: Outbox, nonce: string): Outbox {
  return outbox.filter((entry) => entry.nonce !== nonce);
}

export function failed(outbox: Outbox, nonce: string, failure: OutboxFailure): Outbox {
  return outbox.map((entry) => (entry.nonce === nonce ? { ...entry, failure } : entry));
}

/** Its author wants it sent after all. */
export function retried(outbox: Outbox, nonce: string): Outbox {
  return outbox.map((entry) => (entry.nonce === nonce ? { ...entry, failure: null } : entry));
}

/** The one to send now in a channel: the first on its way. One that failed waits for its author and holds up nobody. */
export function nextIn(outbox: Outbox, channelId: string): OutboxEntry | undefined {
  return outbox.find((entry) => entry.channelId === channelId && entry.failure === null);
}

export type SendOutcome = 'fails' | 'waits' | 'needs a session';

/** What an error means for an entry. `faults` counts the server's own in a row, this one included. */
export function outcomeOf({ code }: ParleyError, faults: number): SendOutcome {
  if (code === 'UNAVAILABLE' || code === 'RATE_LIMITED') return 'waits';
  if (code === 'UNAUTHENTICATED') return 'needs a session';
  if (code === 'INTERNAL_SERVER_ERROR' && faults < CLIENT_LIMITS.faultsMax) return 'waits';
  return 'fails';
}
