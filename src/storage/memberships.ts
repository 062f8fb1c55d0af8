import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';

/** Read only: joins and leaves are stored by {@link Effects}. */
export interface Memberships {
  find(channelId: ChannelId, userId: UserId): Promise<Membership | null>;
  /** All of a channel's, longest-standing first: at most 100. */
  ofChannel(channelId: ChannelId): Promise<readonly Membership[]>;
  /** All of a user's, in no order: at most 1,000. */
  ofUser(userId: UserId): Promise<readonly Membership[]>;
  /** How many channels each of the given users is a member of; absent where none. */
  counts(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
  /** Those of the given users who are in at least one channel with the viewer. */
  sharing(viewerId: UserId, userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>;
}
