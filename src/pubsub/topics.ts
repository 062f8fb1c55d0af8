import type { ChannelEvent, CheckpointMoved } from '../domain/event.ts';
import type { ChannelId, CommandId, SessionId, UserId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Topic } from './pubsub.ts';

/** What a channel's feeds are told. */
export type ChannelHint =
  | { readonly kind: 'event'; readonly event: ChannelEvent; readonly trace?: string }
  /** The store holds the channel's events up to this sequence: for whoever missed the pushes before. */
  | { readonly kind: 'stored'; readonly head: number };

/** What a user's own streams are told, on every device. */
export type UserHint =
  | { readonly kind: 'joined'; readonly channelId: ChannelId; readonly sequence: number }
  /** Somebody left a channel that the user is or was in: those two may share none any more. */
  | { readonly kind: 'left'; readonly userId: UserId }
  /** They were added to a channel that the user is in: those share one from now on. One hint for all who were added at once. */
  | { readonly kind: 'added'; readonly userIds: readonly UserId[] }
  | { readonly kind: 'checkpoint'; readonly event: CheckpointMoved }
  | { readonly kind: 'loggedOut'; readonly sessionId: SessionId };

/** What the node that appended a command is told, several at once. */
export type AnswerHint =
  | { readonly commandId: CommandId; readonly outcome: Outcome }
  /** The command is in the log and will be decided, but not soon; nor will others of its channel for so long. */
  | { readonly commandId: CommandId; readonly channelId: ChannelId; readonly delayedMs: number };

/** What those are told who watch a user's presence. */
export interface PresenceHint {
  readonly online: boolean;
  /** When the user came, or was last seen before going. */
  readonly at: number;
  /** Of two hints the one with the higher number is newer. */
  readonly order: number;
}

/** Asks every sequencer which channels have changed lately. */
export interface HeadsRequest {
  /** What {@link headsReportTopic} makes the topic of. */
  readonly replyTo: string;
  /** Only channels whose topic is on it are of interest. */
  readonly shard: string;
  /** How long ago a change may be. A time that has passed, since nodes' clocks differ. */
  readonly withinMs: number;
}

/** What one sequencer says of one partition. */
export interface HeadsReport {
  readonly partition: number;
  /** How many the log has. */
  readonly partitions: number;
  /** False where others may have changed than those that are named. */
  readonly isComplete: boolean;
  readonly heads: readonly (readonly [ChannelId, number])[];
}

const topic = <Payload>(name: string): Topic<Payload> => name as Topic<Payload>;

export const channelTopic = (id: ChannelId): Topic<ChannelHint> => topic(`channel:${id}`);
export const userTopic = (id: UserId): Topic<UserHint> => topic(`user:${id}`);
export const nodeTopic = (name: string): Topic<readonly AnswerHint[]> => topic(`node:${name}`);
export const presenceTopic = (id: UserId): Topic<PresenceHint> => topic(`presence:${id}`);
export const HEADS_REQUESTS: Topic<HeadsRequest> = topic('heads');
export const headsReportTopic = (replyTo: string): Topic<HeadsReport> => topic(`heads:${replyTo}`);
