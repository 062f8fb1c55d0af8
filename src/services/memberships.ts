import type { Channel } from '../domain/channel.ts';
import { badInput, ParleyError } from '../domain/error.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import { MEMBERS_MAX, type Membership } from '../domain/membership.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { UserHint } from '../pubsub/topics.ts';
import type { Storage } from '../storage/storage.ts';
import { requireMember } from './access.ts';
import type { Channels } from './channels.ts';
import type { Commands } from './commands.ts';
import type { ServiceRates } from './services.ts';
import type { UserHints } from './user-hints.ts';

export interface MembershipsOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships' | 'users'>;
  readonly channels: Channels;
  readonly commands: Commands;
  readonly userHints: UserHints;
  readonly failed: (error: unknown) => void;
  readonly rates: ServiceRates;
}

/** Who belongs to a channel. The sequencer has the last word on every change. */
export class Memberships {
  readonly #options: MembershipsOptions;

  constructor(options: MembershipsOptions) {
    this.#options = options;
  }

  /** Of a channel that the viewer has been found to be a member of; longest-standing first. */
  ofChannel(channelId: ChannelId): Promise<readonly Membership[]> {
    return this.#options.storage.memberships.ofChannel(channelId);
  }

  /** The viewer's own in those of the channels that the viewer is in. */
  async own(viewer: Viewer, channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Membership>> {
    const { memberships } = this.#options.storage;
    const found = await Promise.all(channelIds.map((id) => memberships.find(id, viewer.userId)));
    return new Map(found.flatMap((membership) => (membership === null ? [] : [[membership.channelId, membership]])));
  }

  /** All or none; those who are members already are passed over. */
  async add(
    viewer: Viewer,
    { channelId, userIds }: { channelId: ChannelId; userIds: readonly UserId[] },
  ): Promise<Channel> {
    const { storage, channels, commands, rates } = this.#options;
    rates.take('change', viewer.userId);
    const { channel } = await requireMember(storage, viewer.userId, channelId);
    if (userIds.length === 0) throw badInput('userIds', 'Name at least one user.');
    if (new Set(userIds).size > MEMBERS_MAX) {
      throw new ParleyError('GROUP_FULL', `A group has at most ${MEMBERS_MAX} members.`, { field: 'userIds' });
    }
    const users = await storage.users.byIds(userIds);
    if (userIds.some((id) => !users.has(id))) throw new ParleyError('NOT_FOUND', 'No such user.', { field: 'userIds' });
    const members = new Set((await storage.memberships.ofChannel(channelId)).map(({ userId }) => userId));
    using _ = await channels.takeRoom(
      userIds.filter((id) => !members.has(id)),
      'userIds',
    );
    await commands.run(viewer.userId, { kind: 'AddMembers', channelId, userIds });
    // Of all who were named, those included who were members by now: where the answer was lost, the retry tells of them.
    this.tellAdded(channelId, userIds);
    return channel;
  }

  async remove(viewer: Viewer, { channelId, userId }: { channelId: ChannelId; userId: UserId }): Promise<Channel> {
    const { storage, commands, rates, failed } = this.#options;
    rates.take('change', viewer.userId);
    const { channel } = await requireMember(storage, viewer.userId, channelId);
    await commands.run(viewer.userId, { kind: 'RemoveMember', channelId, userId });
    this.#tellLeft(channelId, userId).catch(failed);
    return channel;
  }

  /** The channel as it was left: the last that its former member sees of it. */
  async leave(viewer: Viewer, { channelId }: { channelId: ChannelId }): Promise<Channel> {
    const { storage, commands, rates, failed } = this.#options;
    rates.take('change', viewer.userId);
    const { channel } = await requireMember(storage, viewer.userId, channelId);
    await commands.run(viewer.userId, { kind: 'LeaveChannel', channelId });
    this.#tellLeft(channelId, viewer.userId).catch(failed);
    return channel;
  }

  /** Those in the channel who watch the presence of these: they may see it now. */
  tellAdded(channelId: ChannelId, userIds: readonly UserId[]): void {
    this.#tellMembers(channelId, { kind: 'added', userIds: [...new Set(userIds)] }).catch(this.#options.failed);
  }

  async #tellLeft(channelId: ChannelId, userId: UserId): Promise<void> {
    const hint: UserHint = { kind: 'left', userId };
    await Promise.all([this.#options.userHints.tell(userId, hint), this.#tellMembers(channelId, hint)]);
  }

  /**
   * Streams of the channel learn of a change by its events; those of presence follow no channel. Told are the members after the change, which is
   * stored by then: who joins at the same time either is among them or, told of the own join, finds this one stored.
   */
  async #tellMembers(channelId: ChannelId, hint: UserHint): Promise<void> {
    const { storage, userHints } = this.#options;
    const members = await storage.memberships.ofChannel(channelId);
    await Promise.all(members.map(({ userId }) => userHints.tell(userId, hint)));
  }
}
