import type { Channel } from '../domain/channel.ts';
import { notFound } from '../domain/error.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';
import type { Storage } from '../storage/storage.ts';

export interface Access {
  readonly channel: Channel;
  readonly membership: Membership;
}

/** Throws the same NOT_FOUND where there is no such channel and where the user is not a member of it. */
export async function requireMember(
  storage: Pick<Storage, 'channels' | 'memberships'>,
  userId: UserId,
  channelId: ChannelId,
): Promise<Access> {
  const [membership, channels] = await Promise.all([
    storage.memberships.find(channelId, userId),
    storage.channels.byIds([channelId]),
  ]);
  const channel = channels.get(channelId);
  if (membership === null || channel === undefined) throw notFound('channel');
  return { channel, membership };
}
