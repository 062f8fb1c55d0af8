import { type Checkpoint, effectiveCheckpoint } from '../domain/checkpoint.ts';
import { badInput } from '../domain/error.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Storage } from '../storage/storage.ts';
import { requireMember } from './access.ts';
import type { Positions } from './positions.ts';
import type { ServiceRates } from './services.ts';
import type { UserHints } from './user-hints.ts';

export interface CheckpointsOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships' | 'events' | 'checkpoints'>;
  readonly userHints: UserHints;
  readonly positions: Positions;
  readonly rates: ServiceRates;
  readonly now?: () => number;
}

/** How far people have read. */
export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #now: () => number;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** One user's in several channels. */
  async of(userId: UserId, memberships: readonly Membership[]): Promise<ReadonlyMap<ChannelId, Checkpoint>> {
    const stored = await this.#options.storage.checkpoints.of(
      userId,
      memberships.map(({ channelId }) => channelId),
    );
    return new Map(
      memberships.map((membership) => [
        membership.channelId,
        effectiveCheckpoint(stored.get(membership.channelId), membership),
      ]),
    );
  }

  /** Several members' in one channel. */
  async ofMembers(channelId: ChannelId, memberships: readonly Membership[]): Promise<ReadonlyMap<UserId, Checkpoint>> {
    const stored = await this.#options.storage.checkpoints.ofMembers(
      channelId,
      memberships.map(({ userId }) => userId),
    );
    return new Map(
      memberships.map((membership) => [
        membership.userId,
        effectiveCheckpoint(stored.get(membership.userId), membership),
      ]),
    );
  }

  /** Exact, without counting rows: messages at the head less messages at the checkpoint. */
  async unread(viewer: Viewer, channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, number>> {
    const { storage } = this.#options;
    const found = await Promise.all(channelIds.map((id) => storage.memberships.find(id, viewer.userId)));
    const memberships = found.filter((membership) => membership !== null);
    const checkpoints = await this.of(viewer.userId, memberships);
    const heads = await storage.channels.heads([...checkpoints.keys()]);
    return new Map(
      [...checkpoints].map(([id, { messages }]) => [id, Math.max(0, (heads.get(id)?.messages ?? 0) - messages)]),
    );
  }

  /** Forward only: a lower sequence changes nothing. BAD_USER_INPUT above the channel's head. */
  async markRead(viewer: Viewer, { channelId, upTo }: { channelId: ChannelId; upTo: number }): Promise<Membership> {
    const { storage, positions, userHints, rates } = this.#options;
    rates.take('change', viewer.userId);
    const { membership } = await requireMember(storage, viewer.userId, channelId);
    if (upTo < 0) throw badInput('upTo', 'A sequence is not negative.');
    await positions.require(channelId, upTo, 'upTo');
    const before = (await this.of(viewer.userId, [membership])).get(channelId);
    const messages = await storage.events.messagesAt(channelId, upTo);
    if (messages === null || upTo <= (before?.sequence ?? 0)) return membership;
    const checkpoint: Checkpoint = { sequence: upTo, messages };
    if (await storage.checkpoints.move(viewer.userId, channelId, checkpoint)) {
      const { userId, sessionId } = viewer;
      const at = this.#now();
      const event = { kind: 'CheckpointMoved', channelId, sequence: null, at, userId, checkpoint, sessionId } as const;
      await userHints.tell(userId, { kind: 'checkpoint', event });
    }
    return membership;
  }
}
