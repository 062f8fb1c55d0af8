import type { Membership } from './membership.ts';

/** How far someone has read in a channel. Never moves back. */
export interface Checkpoint {
  readonly sequence: number;
  /** Messages that the channel had had at that sequence: unread = messages at the head - these. */
  readonly messages: number;
}

/** A member who has moved nothing has read up to the join. */
export function effectiveCheckpoint(stored: Checkpoint | undefined, membership: Membership): Checkpoint {
  const join = { sequence: membership.joinedSequence, messages: membership.joinedMessages };
  return stored !== undefined && stored.sequence >= join.sequence ? stored : join;
}
