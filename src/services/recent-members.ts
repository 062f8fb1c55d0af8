import { LRUCache } from 'lru-cache';
import type { Channel } from '../domain/channel.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Storage } from '../storage/storage.ts';
import { requireMember } from './access.ts';

export interface RecentMembersOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships'>;
  readonly limits: { readonly membersRememberedMax: number; readonly memberRememberedMs: number };
}

/**
 * Who was found to be a member of a channel a moment ago, so that not every message costs a read. May be wrong for as long as
 * that moment is: for whatever the sequencer decides again, by who is a member when it does. Nothing is shown by it.
 */
export class RecentMembers {
  readonly #storage: RecentMembersOptions['storage'];
  readonly #channels: LRUCache<string, Channel>;

  constructor({ storage, limits }: RecentMembersOptions) {
    this.#storage = storage;
    this.#channels = new LRUCache({
      max: limits.membersRememberedMax,
      ttl: limits.memberRememberedMs,
      // Otherwise lru-cache keeps the present time, and clears it by a timer: one for each message.
      ttlResolution: 0,
    });
  }

  /** Throws NOT_FOUND where the channel does not exist or the user is not a member. */
  async channelFor(userId: UserId, channelId: ChannelId): Promise<Channel> {
    const key = `${channelId} ${userId}`;
    const known = this.#channels.get(key);
    if (known !== undefined) return known;
    const { channel } = await requireMember(this.#storage, userId, channelId);
    // Nobody decides again who may push what is not stored.
    if (channel.delivery !== 'EPHEMERAL') this.#channels.set(key, channel);
    return channel;
  }
}
