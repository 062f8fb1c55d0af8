import { unavailable } from '../domain/error.ts';
import type { ChannelEvent } from '../domain/event.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';
import type { UserHint } from '../pubsub/topics.ts';
import type { Feed } from './feed.ts';
import { Backoff, Pause } from './pause.ts';
import type { InboxRequest, Reader, ReaderParts } from './reader.ts';
import { ReaderStream, type StreamOwner } from './reader-stream.ts';
import { Splice, type SpliceOutput } from './splice.ts';
import type { MissedHints, UserListener } from './user-feeds.ts';

const OPEN_TRIES_MAX = 5;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;

/** The events of all of one user's channels, those joined later included. */
export class InboxReader implements Reader, StreamOwner, SpliceOutput, UserListener {
  readonly stream: ReaderStream;
  readonly #parts: ReaderParts;
  readonly #request: InboxRequest;
  readonly #splices = new Map<ChannelId, Splice>();
  /** Joins of a channel that no splice has begun from yet, oldest first. */
  #joins: ReadonlyMap<ChannelId, readonly number[]> = NOTHING;
  /** Where the viewer's last membership of a channel ended: a hint of an earlier join comes late. */
  #left: ReadonlyMap<ChannelId, number> = NOTHING;
  #opening: ReadonlySet<ChannelId> = NOBODY;
  #pauses: ReadonlySet<Pause> = NOBODY;
  #isOpen = false;

  constructor(parts: ReaderParts, request: InboxRequest) {
    this.#parts = parts;
    this.#request = request;
    this.stream = new ReaderStream(parts.context, this);
  }

  /** Resolves when all the viewer's channels are live. */
  async open(): Promise<void> {
    const { viewer, after } = this.#request;
    const { feeds, users } = this.#parts;
    // Listened to before memberships are read: no join is missed.
    await users.listen(viewer.userId, this);
    if (this.stream.isEnded) this.release();
    this.stream.requireOpen();
    const memberships = await this.#memberships();
    const opened = await feeds.open(memberships.keys());
    for (const [id, feed] of opened) {
      if (this.stream.isEnded) {
        feeds.release(feed);
        continue;
      }
      // Whoever lists the channels meanwhile may have done so before it was made.
      if (this.#joins.get(id)?.[0] === 0) this.#tellCreated(feed, memberships.get(id));
      this.#attach(feed, null, after.get(id) ?? null);
    }
    // A removal between the first look and the join has passed the feed unseen; any later one passes the splice.
    const now = await this.#memberships();
    if (this.stream.isEnded) throw unavailable('The stream has ended.');
    this.#isOpen = true;
    for (const [id, splice] of [...this.#splices]) {
      // The splice began with it: its hint may have come meanwhile.
      this.#forget(id, memberships.get(id)?.joinedSequence ?? 0);
      const membership = now.get(id);
      if (membership === undefined) this.#detach(splice);
      else this.#memberSince(splice, membership.joinedSequence);
    }
    for (const membership of now.values()) this.#join(membership.channelId, membership.joinedSequence);
    for (const [id, sequences] of [...this.#joins]) for (const sequence of sequences) this.#join(id, sequence);
    for (const splice of this.#splices.values()) this.stream.catchUp(splice);
  }

  get userId(): UserId {
    return this.#request.viewer.userId;
  }

  get overflow(): () => void {
    return this.#request.overflow;
  }

  release(): void {
    const { users, readers } = this.#parts;
    users.unlisten(this.userId, this);
    for (const splice of [...this.#splices.values()]) this.#detach(splice);
    for (const pause of this.#pauses) pause.end();
    readers.delete(this);
  }

  push(event: ChannelEvent): void {
    this.stream.push(event);
  }

  left(splice: Splice, sequence: number): void {
    this.#leave(splice, sequence);
  }

  fail(error: unknown): void {
    this.stream.fail(error);
  }

  hear(hint: UserHint | MissedHints): void {
    if (hint.kind === 'joined') this.#join(hint.channelId, hint.sequence);
    if (hint.kind !== 'checkpoint' || hint.event.sessionId === this.#request.viewer.sessionId) return;
    if (this.#splices.has(hint.event.channelId)) this.stream.push(hint.event);
  }

  async resync(): Promise<void> {
    if (!this.#isOpen) return;
    const before = new Set(this.#splices.values());
    const now = await this.#memberships();
    if (this.stream.isEnded) return;
    for (const splice of [...this.#splices.values()]) {
      if (!before.has(splice) || now.has(splice.feed.channelId)) continue;
      // Where the feed is behind or the reader catches up, the leaving comes in its turn.
      if (splice.isLive && !splice.feed.isBehind) this.#detach(splice);
    }
    for (const membership of now.values()) this.#join(membership.channelId, membership.joinedSequence);
  }

  async #memberships(): Promise<ReadonlyMap<ChannelId, Membership>> {
    const memberships = await this.#parts.context.storage.memberships.ofUser(this.#request.viewer.userId);
    return new Map(memberships.map((membership) => [membership.channelId, membership]));
  }

  /** The viewer joined a channel at that sequence; 0 where they were there from its beginning. */
  #join(channelId: ChannelId, sequence: number): void {
    if (this.stream.isEnded || sequence <= (this.#left.get(channelId) ?? -1)) return;
    const splice = this.#splices.get(channelId);
    if (splice !== undefined && sequence <= (splice.joinedSequence ?? -1)) return;
    const joins = this.#remember(channelId, sequence);
    // A re-join waits until the leaving before it has been given out.
    if (!this.#isOpen || splice !== undefined || this.#opening.has(channelId)) return;
    this.#opening = withItem(this.#opening, channelId);
    this.#start(channelId, joins[0] ?? sequence)
      .catch((error: unknown) => this.stream.fail(error))
      .finally(() => {
        this.#opening = withoutItem(this.#opening, channelId);
      });
  }

  async #start(channelId: ChannelId, joinedSequence: number): Promise<void> {
    const { feeds, context } = this.#parts;
    const { userId } = this;
    const isFirst = joinedSequence === 0;
    const membership = isFirst ? await this.#retried(() => context.storage.memberships.find(channelId, userId)) : null;
    const feed = await this.#retried(async () => (await feeds.open([channelId])).get(channelId) ?? null);
    if (feed === null) return;
    if (this.stream.isEnded) return feeds.release(feed);
    this.#forget(channelId, joinedSequence);
    this.#tellCreated(feed, membership);
    this.stream.catchUp(this.#attach(feed, joinedSequence, before(joinedSequence)));
  }

  /** Null where the stream ends meanwhile. */
  async #retried<Found>(find: () => Promise<Found | null>): Promise<Found | null> {
    const backoff = new Backoff(RETRY_FIRST_MS, RETRY_MAX_MS);
    for (let tries = 1; !this.stream.isEnded; tries += 1) {
      try {
        return await find();
      } catch (error) {
        if (tries === OPEN_TRIES_MAX) throw error;
        this.#parts.context.onError(error);
      }
      const pause = new Pause();
      this.#pauses = withItem(this.#pauses, pause);
      await pause.for(backoff.next());
      this.#pauses = withoutItem(this.#pauses, pause);
    }
    return null;
  }

  /** Before the channel's first event. Not for whoever has left since, or has come back. */
  #tellCreated(feed: Feed, membership: Membership | null | undefined): void {
    if (membership?.joinedSequence === 0) this.stream.push(feed.created(membership.joinedAt));
  }

  #attach(feed: Feed, joinedSequence: number | null, after: number | null): Splice {
    const splice = new Splice({
      context: this.#parts.context,
      feed,
      viewerId: this.#request.viewer.userId,
      joinedSequence,
      after,
      output: this,
    });
    this.#splices.set(feed.channelId, splice);
    if (joinedSequence !== null) feed.hear(joinedSequence);
    return splice;
  }

  #memberSince(splice: Splice, sequence: number): void {
    this.#forget(splice.feed.channelId, sequence);
    splice.feed.hear(sequence);
    splice.memberSince(sequence);
  }

  #leave(splice: Splice, sequence: number): void {
    const { feed } = splice;
    const [rejoined] = this.#forget(feed.channelId, sequence);
    this.#left = new Map(this.#left).set(feed.channelId, sequence);
    if (this.stream.isEnded) return;
    if (rejoined === undefined) {
      this.#detach(splice);
    } else {
      this.#forget(feed.channelId, rejoined);
      splice.close();
      this.stream.catchUp(this.#attach(feed, rejoined, before(rejoined)));
    }
  }

  /** Past the bound the newest takes the place of the one before it: that membership is skipped. */
  #remember(channelId: ChannelId, sequence: number): readonly number[] {
    const known = this.#joins.get(channelId) ?? [];
    if (known.includes(sequence)) return known;
    const joins = [...known, sequence].sort((one, other) => one - other);
    if (joins.length > this.#parts.context.limits.rejoinsMax) joins.splice(-2, 1);
    this.#setJoins(channelId, joins);
    return joins;
  }

  /** Forgets joins up to that sequence, and gives those that are left. */
  #forget(channelId: ChannelId, upTo: number): readonly number[] {
    const joins = (this.#joins.get(channelId) ?? []).filter((sequence) => sequence > upTo);
    if (this.#joins.has(channelId)) this.#setJoins(channelId, joins);
    return joins;
  }

  #setJoins(channelId: ChannelId, joins: readonly number[]): void {
    const all = new Map(this.#joins).set(channelId, joins);
    if (joins.length === 0) all.delete(channelId);
    this.#joins = all;
  }

  #detach(splice: Splice): void {
    splice.close();
    if (this.#splices.get(splice.feed.channelId) !== splice) return;
    this.#splices.delete(splice.feed.channelId);
    this.#parts.feeds.release(splice.feed);
  }
}

/** Of which a stream that only listens needs none of its own. */
const NOTHING: ReadonlyMap<ChannelId, never> = new Map<ChannelId, never>();
const NOBODY: ReadonlySet<never> = new Set<never>();

/** Made anew: they change rarely, and there are many of them. */
const withItem = <Item>(items: ReadonlySet<Item>, item: Item): ReadonlySet<Item> => new Set(items).add(item);
const withoutItem = <Item>(items: ReadonlySet<Item>, item: Item): ReadonlySet<Item> =>
  new Set([...items].filter((one) => one !== item));

/** So that the member's own MemberJoined is the first event; first members have none, and start at the channel's first. */
const before = (joinedSequence: number): number => Math.max(joinedSequence - 1, 0);
