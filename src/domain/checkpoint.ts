import type { ChannelId, SessionId, UserId } from './identifier.ts';
import type { Membership } from './membership.ts';

/** How far someone has read in a channel. Never moves back. */
export interface Checkpoint {
  readonly sequence: number;
  /** Messages that the channel had had at that sequence: unread = messages at the head - these. */
  readonly messages: number;
}

/** What a checkpoint's move tells its own user's other devices. */
export interface CheckpointMove {
  readonly userId: UserId;
  readonly channelId: ChannelId;
  readonly checkpoint: Checkpoint;
  readonly at: number;
  /** The device that moved it, which is not told. */
  readonly sessionId: SessionId;
}

/** A member who has moved nothing has read up to the join. */
export function effectiveCheckpoint(stored: Checkpoint | undefined, membership: Membership): Checkpoint {
  const join = { sequence: membership.joinedSequence, messages: membership.joinedMessages };
  return stored !== undefined && stored.sequence >= join.sequence ? stored : join;
}
