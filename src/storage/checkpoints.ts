import type { Checkpoint } from '../domain/checkpoint.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';

export interface Checkpoints {
  /** A max-register: a lower sequence than the one kept changes nothing. False then. */
  move(userId: UserId, channelId: ChannelId, checkpoint: Checkpoint): Promise<boolean>;
  /** Absent where nothing was ever moved. Kept when a member leaves. */
  of(userId: UserId, channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Checkpoint>>;
  /** The same for several members of one channel. */
  ofMembers(channelId: ChannelId, userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, Checkpoint>>;
}
