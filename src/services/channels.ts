import type { Limits } from '../config/limits.ts';
import type { Channel, Delivery, Head } from '../domain/channel.ts';
import { badInput, ParleyError } from '../domain/error.ts';
import { type ChannelId, directChannelId, namedGroupId, newGroupId, type UserId } from '../domain/identifier.ts';
import { MEMBERS_MAX } from '../domain/membership.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { StoredChannel } from '../storage/channels.ts';
import type { Storage } from '../storage/storage.ts';
import { requireMember } from './access.ts';
import type { ChannelRoom } from './channel-room.ts';
import type { Commands } from './commands.ts';
import { Facts } from './facts.ts';
import type { Input } from './input.ts';
import type { ServiceRates } from './services.ts';

export interface ListedChannel {
  readonly channel: Channel;
  readonly head: Head;
}

export interface ChannelsOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships' | 'users'>;
  readonly room: ChannelRoom;
  readonly commands: Commands;
  readonly input: Input;
  readonly rates: ServiceRates;
  readonly limits: Limits;
}

export class Channels {
  readonly #options: ChannelsOptions;
  readonly #facts: Facts<ChannelId, StoredChannel>;

  constructor(options: ChannelsOptions) {
    const { storage, limits } = options;
    this.#options = options;
    this.#facts = new Facts(limits.channelsRememberedMax, (ids) => storage.channels.byIds(ids));
  }

  /** Null where it does not exist or the viewer is not a member. */
  async find(viewer: Viewer, channelId: ChannelId): Promise<Channel | null> {
    return (await this.findMany(viewer, [channelId])).get(channelId) ?? null;
  }

  /** Those of which the viewer is a member. */
  async findMany(viewer: Viewer, channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Channel>> {
    const { storage } = this.#options;
    const memberships = await Promise.all(channelIds.map((id) => storage.memberships.find(id, viewer.userId)));
    return this.#facts.of(memberships.flatMap((membership) => (membership === null ? [] : membership.channelId)));
  }

  /** All of the viewer's, most recently active first: at most 1,000. */
  async list(viewer: Viewer): Promise<readonly ListedChannel[]> {
    const { storage } = this.#options;
    const ids = (await storage.memberships.ofUser(viewer.userId)).map(({ channelId }) => channelId);
    const [channels, heads] = await Promise.all([this.#facts.of(ids), storage.channels.heads(ids)]);
    const listed = ids.flatMap((id): ListedChannel[] => {
      const channel = channels.get(id);
      const head = heads.get(id);
      return channel === undefined || head === undefined ? [] : [{ channel, head }];
    });
    return listed.sort(byActivity);
  }

  /** What never changes about channels of which the viewer has been told already, by an event or on leaving. */
  facts(channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Channel>> {
    return this.#facts.of(channelIds);
  }

  /** The same of one, at once; undefined where it has to be asked for. */
  knownFacts(channelId: ChannelId): Channel | undefined {
    return this.#facts.known(channelId);
  }

  /** Of channels that the viewer has been found to be a member of. */
  heads(channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Head>> {
    return this.#options.storage.channels.heads(channelIds);
  }

  /** The same channel each time, whoever asks first; the first delivery asked for stands. */
  async openDirect(viewer: Viewer, { userId, delivery }: { userId: UserId; delivery: Delivery }): Promise<Channel> {
    const { commands, rates } = this.#options;
    rates.take('change', viewer.userId);
    if (userId === viewer.userId) throw badInput('userId', 'A direct channel is between two people.');
    await this.#requireUsers([userId], 'userId');
    const channelId = directChannelId(viewer.userId, userId);
    const existing = await this.find(viewer, channelId);
    if (existing !== null) return existing;
    using _ = await this.takeRoom([viewer.userId, userId], 'userId');
    const memberIds = [viewer.userId, userId];
    await commands.run(viewer.userId, {
      kind: 'CreateChannel',
      channelId,
      channelKind: 'DIRECT',
      name: null,
      delivery,
      memberIds,
    });
    return this.created(viewer, channelId);
  }

  /** GROUP_FULL for more than 100 members, the viewer included. With a nonce, a retry gives back the same group. */
  async createGroup(
    viewer: Viewer,
    group: { name: string; memberIds: readonly UserId[]; delivery: Delivery; nonce: string | null },
  ): Promise<Channel> {
    const { commands, input, rates } = this.#options;
    rates.take('change', viewer.userId);
    const name = input.name(group.name);
    const channelId = group.nonce === null ? newGroupId() : namedGroupId(viewer.userId, input.nonce(group.nonce));
    const memberIds = [...new Set([viewer.userId, ...group.memberIds])];
    if (memberIds.length > MEMBERS_MAX) {
      throw new ParleyError('GROUP_FULL', `A group has at most ${MEMBERS_MAX} members.`, { field: 'memberIds' });
    }
    const existing = group.nonce === null ? null : await this.find(viewer, channelId);
    if (existing !== null) return existing;
    await this.#requireUsers(memberIds, 'memberIds');
    using _ = await this.takeRoom(memberIds, 'memberIds');
    const { delivery } = group;
    await commands.run(viewer.userId, {
      kind: 'CreateChannel',
      channelId,
      channelKind: 'GROUP',
      name,
      delivery,
      memberIds,
    });
    return this.created(viewer, channelId);
  }

  /** A channel that has just been made is stored by now, unless the viewer has been removed since. */
  async created(viewer: Viewer, channelId: ChannelId): Promise<Channel> {
    return (await requireMember(this.#options.storage, viewer.userId, channelId)).channel;
  }

  /** Held while they join. BAD_USER_INPUT where one of the users is in as many channels as anybody may be. */
  async takeRoom(userIds: readonly UserId[], field: string): Promise<Disposable> {
    const { room, limits } = this.#options;
    const taken = await room.take(userIds);
    if (taken !== null) return taken;
    throw badInput(field, `A user is in at most ${limits.channelsPerUserMax} channels, and one of these is.`);
  }

  async #requireUsers(userIds: readonly UserId[], field: string): Promise<void> {
    const users = await this.#options.storage.users.byIds(userIds);
    if (userIds.some((id) => !users.has(id))) throw new ParleyError('NOT_FOUND', 'No such user.', { field });
  }
}

function byActivity(one: ListedChannel, other: ListedChannel): number {
  return other.head.activeAt - one.head.activeAt || (one.channel.id < other.channel.id ? -1 : 1);
}
