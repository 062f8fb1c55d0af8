import type { Checkpoint } from './checkpoint.ts';
import type { ChannelId, CommandId, SessionId, UserId } from './identifier.ts';
import type { Membership } from './membership.ts';
import type { Message, StoredMessage } from './message.ts';
import type { Position } from './position.ts';

interface Sequenced {
  readonly channelId: ChannelId;
  /** Rises by one from event to event of a channel, from 1. */
  readonly sequence: number;
  readonly at: number;
  /** Messages that the channel has had, this event included. */
  readonly messages: number;
  readonly commandId: CommandId;
  readonly position: Position;
  /** This is event `part` (from 0) of the `parts` that its command made: a replay sees whether all were stored. */
  readonly part: number;
  readonly parts: number;
}

export interface MessageSent extends Sequenced {
  readonly kind: 'MessageSent';
  readonly message: StoredMessage;
}
export interface MessageEdited extends Sequenced {
  readonly kind: 'MessageEdited';
  readonly message: StoredMessage;
}
export interface MessageDeleted extends Sequenced {
  readonly kind: 'MessageDeleted';
  readonly message: StoredMessage;
}
export interface MemberJoined extends Sequenced {
  readonly kind: 'MemberJoined';
  readonly membership: Membership;
}
export interface MemberLeft extends Sequenced {
  readonly kind: 'MemberLeft';
  readonly userId: UserId;
  /** The new owner, where an owner left others behind. */
  readonly successorId: UserId | null;
}

/** What has a position in a channel, is stored, and is replayed to whoever resumes. */
export type SequencedEvent = MessageSent | MessageEdited | MessageDeleted | MemberJoined | MemberLeft;

interface Volatile {
  readonly channelId: ChannelId;
  readonly sequence: null;
  readonly at: number;
}

/** A message of an EPHEMERAL channel. */
export interface EphemeralSent extends Volatile {
  readonly kind: 'EphemeralSent';
  readonly message: Message;
}
export interface TypingChanged extends Volatile {
  readonly kind: 'TypingChanged';
  readonly userId: UserId;
  readonly typing: boolean;
}
/** For its own user's other devices only. */
export interface CheckpointMoved extends Volatile {
  readonly kind: 'CheckpointMoved';
  readonly userId: UserId;
  readonly checkpoint: Checkpoint;
  readonly sessionId: SessionId;
}

/** For its first members, the one who made it included: none of them has a MemberJoined. */
export interface ChannelCreated extends Volatile {
  readonly kind: 'ChannelCreated';
}

/** What takes no position: seen by those connected now, never stored, never replayed. */
export type VolatileEvent = EphemeralSent | TypingChanged | CheckpointMoved | ChannelCreated;

export type ChannelEvent = SequencedEvent | VolatileEvent;

export const isSequenced = (event: ChannelEvent): event is SequencedEvent => event.sequence !== null;
