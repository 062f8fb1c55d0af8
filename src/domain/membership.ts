import type { ChannelId, UserId } from './identifier.ts';

export type Role = 'OWNER' | 'MEMBER';

export interface Membership {
  readonly channelId: ChannelId;
  readonly userId: UserId;
  readonly role: Role;
  readonly joinedAt: number;
  /** The sequence of the member's own MemberJoined; 0 for the first members, who take no position. */
  readonly joinedSequence: number;
  /** Messages that the channel had had at the join: where the new member's unread count starts. */
  readonly joinedMessages: number;
  /** Lower is longer: who inherits when an owner leaves. */
  readonly standing: number;
}

export const MEMBERS_MAX = 100;

/** First members stand in the order in which they were named, before all who join later. */
export const firstStanding = (index: number): number => index;
export const joinStanding = (sequence: number): number => MEMBERS_MAX + sequence;
