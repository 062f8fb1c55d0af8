import DataLoader from 'dataloader';
import type { Channel, Head } from '../domain/channel.ts';
import { unauthenticated } from '../domain/error.ts';
import type { ChannelId, MessageId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';
import type { Message } from '../domain/message.ts';
import type { User } from '../domain/user.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { ListedChannel } from '../services/channels.ts';
import type { PresenceState } from '../services/presence.ts';
import type { Services } from '../services/services.ts';

/** In place of a viewer: the answer is shared by whoever is given the event. */
export const EVERYBODY = Symbol('everybody');

/** A field that says of itself that it is shareable has read the viewer. */
export class SharedViewerError extends Error {
  override readonly name = 'SharedViewerError';

  constructor() {
    super('An answer that is shared must not depend on its viewer');
  }
}

type Loader<Key, Value> = DataLoader<Key, Value | null, string>;

/** What is asked for in one operation is read together and once. Each loader is made when it is first used. */
export class Loaders {
  readonly #services: Services;
  /** Null for nobody; of one who serves many, {@link EVERYBODY}. */
  #viewer: Viewer | typeof EVERYBODY | null;
  #users: Loader<UserId, User> | null = null;
  #channels: Loader<ChannelId, Channel> | null = null;
  #memberships: Loader<ChannelId, Membership> | null = null;
  #members: DataLoader<ChannelId, readonly Membership[]> | null = null;
  #heads: Loader<ChannelId, Head> | null = null;
  #unread: Loader<ChannelId, number> | null = null;
  #presence: Loader<UserId, PresenceState> | null = null;
  #messages: Loader<MessageId, Message> | null = null;
  #answered: Loader<MessageId, Message> | null = null;
  #readUpTo: DataLoader<Membership, number, string> | null = null;
  #listed: Promise<readonly ListedChannel[]> | null = null;

  constructor(services: Services, viewer: Viewer | typeof EVERYBODY | null) {
    this.#services = services;
    this.#viewer = viewer;
  }

  /** Whom the answer is for. Throws UNAUTHENTICATED where that is nobody, and where it is for everybody alike. */
  get viewer(): Viewer {
    if (this.#viewer === null) throw unauthenticated();
    if (this.#viewer === EVERYBODY) throw new SharedViewerError();
    return this.#viewer;
  }

  /** Forgets everything, and goes on for this viewer: each root field of a mutation changes what was read before it. */
  restart(viewer: Viewer | null): void {
    this.#viewer = viewer;
    this.#users = null;
    this.#channels = null;
    this.#memberships = null;
    this.#members = null;
    this.#heads = null;
    this.#unread = null;
    this.#presence = null;
    this.#messages = null;
    this.#answered = null;
    this.#readUpTo = null;
    this.#listed = null;
  }

  /** At once where the node remembers it, so that an answer made of such facts is there at once too. */
  user(id: UserId): User | Promise<User | null> {
    return this.#services.accounts.knownUser(id) ?? this.users.load(id);
  }

  /** What never changes about a channel, for whoever has been shown its name already: no membership is asked for. */
  channel(id: ChannelId): Channel | Promise<Channel | null> {
    return this.#services.channels.knownFacts(id) ?? this.channels.load(id);
  }

  get users(): Loader<UserId, User> {
    this.#users ??= byId((ids) => this.#services.accounts.users(ids));
    return this.#users;
  }

  get channels(): Loader<ChannelId, Channel> {
    this.#channels ??= byId((ids) => this.#services.channels.facts(ids));
    return this.#channels;
  }

  /** The viewer's own. */
  get memberships(): Loader<ChannelId, Membership> {
    this.#memberships ??= byId((ids) => this.#services.memberships.own(this.viewer, ids));
    return this.#memberships;
  }

  /** All of a channel's. */
  get members(): DataLoader<ChannelId, readonly Membership[]> {
    this.#members ??= new DataLoader((ids) =>
      Promise.all(ids.map((id) => this.#services.memberships.ofChannel(id).catch(asError))),
    );
    return this.#members;
  }

  get heads(): Loader<ChannelId, Head> {
    this.#heads ??= byId((ids) => this.#services.channels.heads(ids));
    return this.#heads;
  }

  /** Absent where the viewer is not a member. */
  get unread(): Loader<ChannelId, number> {
    this.#unread ??= byId((ids) => this.#services.checkpoints.unread(this.viewer, ids));
    return this.#unread;
  }

  get presence(): Loader<UserId, PresenceState> {
    this.#presence ??= byId((ids) => this.#services.presence.of(this.viewer, ids));
    return this.#presence;
  }

  /** Of channels that the viewer is in. */
  get messages(): Loader<MessageId, Message> {
    this.#messages ??= byId((ids) => this.#services.messages.byIds(this.viewer, ids));
    return this.#messages;
  }

  /** What messages that are shown reply to. */
  get answered(): Loader<MessageId, Message> {
    this.#answered ??= byId((ids) => this.#services.messages.answered(ids));
    return this.#answered;
  }

  /** How far a member has read. */
  get readUpTo(): DataLoader<Membership, number, string> {
    this.#readUpTo ??= new DataLoader((memberships) => this.#checkpoints(memberships), { cacheKeyFn: keyOf });
    return this.#readUpTo;
  }

  /** The viewer's channels, most recently active first. */
  get listed(): Promise<readonly ListedChannel[]> {
    this.#listed ??= this.#list();
    return this.#listed;
  }

  async #list(): Promise<readonly ListedChannel[]> {
    const listed = await this.#services.channels.list(this.viewer);
    for (const { channel, head } of listed) {
      this.heads.prime(channel.id, head);
      this.channels.prime(channel.id, channel);
    }
    return listed;
  }

  /** The viewer's own in all channels at once; others' a channel at a time. */
  async #checkpoints(memberships: readonly Membership[]): Promise<readonly number[]> {
    const { checkpoints } = this.#services;
    const ownId = this.viewer.userId;
    const found = new Map<string, number>();
    const own = memberships.filter(({ userId }) => userId === ownId);
    const reads: Promise<void>[] = [];
    if (own.length > 0) {
      const read = checkpoints.of(ownId, own).then((sequences) => {
        for (const membership of own) note(found, membership, sequences.get(membership.channelId)?.sequence);
      });
      reads.push(read);
    }
    const others = memberships.filter(({ userId }) => userId !== ownId);
    for (const [channelId, group] of Map.groupBy(others, (membership) => membership.channelId)) {
      const read = checkpoints.ofMembers(channelId, group).then((sequences) => {
        for (const membership of group) note(found, membership, sequences.get(membership.userId)?.sequence);
      });
      reads.push(read);
    }
    await Promise.all(reads);
    return memberships.map((membership) => found.get(keyOf(membership)) ?? membership.joinedSequence);
  }
}

const keyOf = ({ channelId, userId }: Membership): string => `${channelId} ${userId}`;

function note(found: Map<string, number>, membership: Membership, sequence: number | undefined): void {
  if (sequence !== undefined) found.set(keyOf(membership), sequence);
}

function byId<Id extends string, Value>(
  read: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, Value>>,
): DataLoader<Id, Value | null, string> {
  return new DataLoader(async (ids) => {
    const found = await read(ids);
    return ids.map((id) => found.get(id) ?? null);
  });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
