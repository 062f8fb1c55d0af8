import { notFound } from '../domain/error.ts';
import type { ChannelEvent } from '../domain/event.ts';
import type { UserId } from '../domain/identifier.ts';
import type { UserHint } from '../pubsub/topics.ts';
import type { Feed } from './feed.ts';
import type { ChannelRequest, Reader, ReaderParts } from './reader.ts';
import { ReaderStream, type StreamOwner } from './reader-stream.ts';
import { Splice, type SpliceOutput } from './splice.ts';
import type { MissedHints, UserListener } from './user-feeds.ts';

/** One channel's events for one member, until their own MemberLeft. There are many of these: each is as small as can be. */
export class ChannelReader implements Reader, StreamOwner, SpliceOutput, UserListener {
  readonly stream: ReaderStream;
  readonly #parts: ReaderParts;
  readonly #request: ChannelRequest;
  #feed: Feed | null = null;
  #splice: Splice | null = null;

  constructor(parts: ReaderParts, request: ChannelRequest) {
    this.#parts = parts;
    this.#request = request;
    this.stream = new ReaderStream(parts.context, this);
  }

  /** Resolves when the stream is live. NOT_FOUND for who is not a member, also for who was removed meanwhile. */
  async open(): Promise<void> {
    const { channelId, viewer, after } = this.#request;
    const { context, feeds, users } = this.#parts;
    // Who is no member opens no feed. Where a member reads it already, the look below is enough.
    if (!feeds.isReadByMember(channelId)) await this.#membership();
    const feed = (await feeds.open([channelId])).get(channelId) ?? null;
    this.#feed = feed;
    this.#releaseIfEnded();
    if (feed === null) throw notFound('channel');
    const splice = new Splice({ context, feed, viewerId: viewer.userId, joinedSequence: null, after, output: this });
    this.#splice = splice;
    // A removal before the join has passed the feed unseen; any later one passes the splice.
    splice.memberSince((await this.#membership()).joinedSequence);
    if (splice.isEnded) throw notFound('channel');
    this.#releaseIfEnded();
    await users.listen(viewer.userId, this);
    this.#releaseIfEnded();
    this.stream.catchUp(splice);
  }

  get userId(): UserId {
    return this.#request.viewer.userId;
  }

  get overflow(): () => void {
    return this.#request.overflow;
  }

  async resync(): Promise<void> {
    const { channelId, viewer } = this.#request;
    const splice = this.#splice;
    if (splice === null || !splice.isLive) return;
    const membership = await this.#parts.context.storage.memberships.find(channelId, viewer.userId);
    // Where the feed is behind, the leaving comes in its turn.
    if (membership === null && splice.isLive && !splice.feed.isBehind) this.stream.finish();
  }

  release(): void {
    const { users, feeds, readers } = this.#parts;
    users.unlisten(this.userId, this);
    this.#splice?.close();
    if (this.#feed !== null) feeds.release(this.#feed);
    this.#feed = null;
    readers.delete(this);
  }

  push(event: ChannelEvent): void {
    this.stream.push(event);
  }

  left(): void {
    this.stream.finish();
  }

  fail(error: unknown): void {
    this.stream.fail(error);
  }

  hear(hint: UserHint | MissedHints): void {
    const { channelId, viewer } = this.#request;
    if (hint.kind !== 'checkpoint' || hint.event.channelId !== channelId) return;
    if (hint.event.sessionId !== viewer.sessionId && this.#splice?.isEnded !== true) this.stream.push(hint.event);
  }

  /** Throws where the stream has ended; what was taken since is let go. */
  #releaseIfEnded(): void {
    if (this.stream.isEnded) this.release();
    this.stream.requireOpen();
  }

  async #membership() {
    const { channelId, viewer } = this.#request;
    const membership = await this.#parts.context.storage.memberships.find(channelId, viewer.userId);
    if (membership === null) throw notFound('channel');
    return membership;
  }
}
