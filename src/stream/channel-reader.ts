import { notFound } from '../domain/error.ts';
import type { UserId } from '../domain/identifier.ts';
import type { UserHint } from '../pubsub/topics.ts';
import type { ChannelRequest, Reader, ReaderParts } from './reader.ts';
import { ReaderStream } from './reader-stream.ts';
import { Splice } from './splice.ts';
import type { MissedHints } from './user-feeds.ts';

/** One channel's events for one member, until their own MemberLeft. */
export class ChannelReader implements Reader {
  readonly stream: ReaderStream;
  readonly #parts: ReaderParts;
  readonly #request: ChannelRequest;
  #splice: Splice | null = null;

  constructor(parts: ReaderParts, request: ChannelRequest) {
    this.#parts = parts;
    this.#request = request;
    this.stream = new ReaderStream({ context: parts.context, overflow: request.overflow });
  }

  /** Resolves when the stream is live. NOT_FOUND for who is not a member, also for who was removed meanwhile. */
  async open(): Promise<void> {
    const { channelId, viewer, after } = this.#request;
    const { context, feeds, users } = this.#parts;
    const membership = await this.#membership();
    this.stream.own(await users.listen(viewer.userId, (hint) => this.#hint(hint)));
    const feed = (await feeds.open([channelId])).get(channelId);
    if (feed === undefined) throw notFound('channel');
    this.stream.own(() => feeds.release(feed));
    const splice = new Splice({
      context,
      feed,
      viewerId: viewer.userId,
      joinedSequence: membership.joinedSequence,
      after,
      output: {
        push: (event) => this.stream.push(event),
        left: () => this.stream.finish(),
        fail: (error) => this.stream.fail(error),
      },
    });
    this.stream.own(() => splice.close());
    this.#splice = splice;
    // A removal between the first look and the join has passed the feed unseen; any later one passes the splice.
    splice.rejoined((await this.#membership()).joinedSequence);
    this.stream.catchUp(splice);
  }

  get userId(): UserId {
    return this.#request.viewer.userId;
  }

  async resync(): Promise<void> {
    const { channelId, viewer } = this.#request;
    const splice = this.#splice;
    if (splice === null || !splice.isLive) return;
    const membership = await this.#parts.context.storage.memberships.find(channelId, viewer.userId);
    // Where the feed is behind, the leaving comes in its turn.
    if (membership === null && splice.isLive && !splice.feed.isBehind) this.stream.finish();
  }

  async #membership() {
    const { channelId, viewer } = this.#request;
    const membership = await this.#parts.context.storage.memberships.find(channelId, viewer.userId);
    if (membership === null) throw notFound('channel');
    return membership;
  }

  #hint(hint: UserHint | MissedHints): void {
    const { channelId, viewer } = this.#request;
    if (hint.kind !== 'checkpoint' || hint.event.channelId !== channelId) return;
    if (hint.event.sessionId !== viewer.sessionId && this.#splice?.isEnded !== true) this.stream.push(hint.event);
  }
}
