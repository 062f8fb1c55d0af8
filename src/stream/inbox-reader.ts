import { unavailable } from '../domain/error.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Membership } from '../domain/membership.ts';
import type { UserHint } from '../pubsub/topics.ts';
import type { Feed } from './feed.ts';
import { Backoff, Pause } from './pause.ts';
import type { InboxRequest, Reader, ReaderParts } from './reader.ts';
import { ReaderStream } from './reader-stream.ts';
import { Splice } from './splice.ts';
import type { MissedHints } from './user-feeds.ts';

const OPEN_TRIES_MAX = 5;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;

/** The events of all of one user's channels, those joined later included. */
export class InboxReader implements Reader {
  readonly stream: ReaderStream;
  readonly #parts: ReaderParts;
  readonly #request: InboxRequest;
  readonly #splices = new Map<ChannelId, Splice>();
  /** Joins of a channel that no splice has begun from yet, oldest first. */
  readonly #joins = new Map<ChannelId, readonly number[]>();
  /** Where the viewer's last membership of a channel ended: a hint of an earlier join comes late. */
  readonly #left = new Map<ChannelId, number>();
  readonly #opening = new Set<ChannelId>();
  readonly #pauses = new Set<Pause>();
  #isOpen = false;

  constructor(parts: ReaderParts, request: InboxRequest) {
    this.#parts = parts;
    this.#request = request;
    this.stream = new ReaderStream({ context: parts.context, overflow: request.overflow });
  }

  /** Resolves when all the viewer's channels are live. */
  async open(): Promise<void> {
    const { viewer, after } = this.#request;
    const { feeds, users } = this.#parts;
    this.stream.own(() => this.#close());
    // Listened to before memberships are read: no join is missed.
    this.stream.own(await users.listen(viewer.userId, (hint) => this.#hint(hint)));
    const memberships = await this.#memberships();
    const opened = await feeds.open(memberships.keys());
    for (const [id, feed] of opened) {
      const joined = memberships.get(id)?.joinedSequence ?? 0;
      if (this.stream.isEnded) feeds.release(feed);
      else this.#attach(feed, joined, after.get(id) ?? null);
    }
    // A removal between the first look and the join has passed the feed unseen; any later one passes the splice.
    const now = await this.#memberships();
    if (this.stream.isEnded) throw unavailable('The stream has ended.');
    this.#isOpen = true;
    for (const [id, splice] of [...this.#splices]) {
      const membership = now.get(id);
      if (membership === undefined) this.#detach(splice);
      else splice.rejoined(membership.joinedSequence);
    }
    for (const membership of now.values()) this.#join(membership.channelId, membership.joinedSequence);
    for (const [id, sequences] of [...this.#joins]) for (const sequence of sequences) this.#join(id, sequence);
    for (const splice of this.#splices.values()) this.stream.catchUp(splice);
  }

  get userId(): UserId {
    return this.#request.viewer.userId;
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

  #hint(hint: UserHint | MissedHints): void {
    if (hint.kind === 'joined') this.#join(hint.channelId, hint.sequence);
    if (hint.kind !== 'checkpoint' || hint.event.sessionId === this.#request.viewer.sessionId) return;
    if (this.#splices.has(hint.event.channelId)) this.stream.push(hint.event);
  }

  /** The viewer joined a channel at that sequence; 0 where they were there from its beginning. */
  #join(channelId: ChannelId, sequence: number): void {
    if (this.stream.isEnded || sequence <= (this.#left.get(channelId) ?? -1)) return;
    const splice = this.#splices.get(channelId);
    if (splice !== undefined && sequence <= splice.joinedSequence) return;
    const joins = this.#remember(channelId, sequence);
    // A re-join waits until the leaving before it has been given out.
    if (!this.#isOpen || splice !== undefined || this.#opening.has(channelId)) return;
    this.#opening.add(channelId);
    this.#start(channelId, joins[0] ?? sequence)
      .catch((error: unknown) => this.stream.fail(error))
      .finally(() => this.#opening.delete(channelId));
  }

  async #start(channelId: ChannelId, joinedSequence: number): Promise<void> {
    const feed = await this.#openFeed(channelId);
    if (feed === null) return;
    if (this.stream.isEnded) return this.#parts.feeds.release(feed);
    this.#forget(channelId, joinedSequence);
    this.stream.catchUp(this.#attach(feed, joinedSequence, before(joinedSequence)));
  }

  async #openFeed(channelId: ChannelId): Promise<Feed | null> {
    const backoff = new Backoff(RETRY_FIRST_MS, RETRY_MAX_MS);
    for (let tries = 1; !this.stream.isEnded; tries += 1) {
      try {
        return (await this.#parts.feeds.open([channelId])).get(channelId) ?? null;
      } catch (error) {
        if (tries === OPEN_TRIES_MAX) throw error;
        this.#parts.context.onError(error);
      }
      const pause = new Pause();
      this.#pauses.add(pause);
      await pause.for(backoff.next());
      this.#pauses.delete(pause);
    }
    return null;
  }

  #attach(feed: Feed, joinedSequence: number, after: number | null): Splice {
    const splice = new Splice({
      context: this.#parts.context,
      feed,
      viewerId: this.#request.viewer.userId,
      joinedSequence,
      after,
      output: {
        push: (event) => this.stream.push(event),
        left: (left, sequence) => this.#leave(left, sequence),
        fail: (error) => this.stream.fail(error),
      },
    });
    this.#splices.set(feed.channelId, splice);
    feed.hear(joinedSequence);
    return splice;
  }

  #leave(splice: Splice, sequence: number): void {
    const { feed } = splice;
    const [rejoined] = this.#forget(feed.channelId, sequence);
    this.#left.set(feed.channelId, sequence);
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
    this.#joins.set(channelId, joins);
    return joins;
  }

  /** Forgets joins up to that sequence, and gives those that are left. */
  #forget(channelId: ChannelId, upTo: number): readonly number[] {
    const joins = (this.#joins.get(channelId) ?? []).filter((sequence) => sequence > upTo);
    if (joins.length === 0) this.#joins.delete(channelId);
    else this.#joins.set(channelId, joins);
    return joins;
  }

  #detach(splice: Splice): void {
    splice.close();
    if (this.#splices.get(splice.feed.channelId) !== splice) return;
    this.#splices.delete(splice.feed.channelId);
    this.#parts.feeds.release(splice.feed);
  }

  #close(): void {
    for (const splice of [...this.#splices.values()]) this.#detach(splice);
    for (const pause of this.#pauses) pause.end();
  }
}

/** So that the member's own MemberJoined is the first event; first members have none, and start at the channel's first. */
const before = (joinedSequence: number): number => Math.max(joinedSequence - 1, 0);
