import { unavailable } from '../domain/error.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts';
import { ChannelReader } from './channel-reader.ts';
import type { StreamContext } from './context.ts';
import { newStreamCounts, type StreamCounts } from './counts.ts';
import { Feeds } from './feeds.ts';
import { InboxReader } from './inbox-reader.ts';
import type { ChannelRequest, InboxRequest, Reader, ReaderParts } from './reader.ts';
import type { EventStream } from './reader-stream.ts';
import { Resync } from './resync.ts';
import { UserFeeds, type UserListener } from './user-feeds.ts';

export type { EventStream } from './reader-stream.ts';
export type { UserListener } from './user-feeds.ts';

interface HubOptions extends Omit<StreamContext, 'onError' | 'counts' | 'tracer'> {
  readonly tracer?: Tracer;
  /** The log's partition of a channel. Default: there is one. */
  readonly partitionOf?: (channelId: ChannelId) => number;
  readonly onError?: StreamContext['onError'];
}

/** This node's live side: the only listener of its channels' and users' topics, and every stream that reads from them. */
export class Hub {
  readonly counts: StreamCounts = newStreamCounts();
  readonly #parts: ReaderParts;
  readonly #readers = new Set<Reader>();
  readonly #resync: Resync;
  #isClosed = false;

  constructor(options: HubOptions) {
    const { pubsub, storage, limits, tracer = NO_TRACER, partitionOf = () => 0, onError = () => {} } = options;
    const context: StreamContext = { pubsub, storage, limits, onError, tracer, counts: this.counts };
    const readers = this.#readers;
    this.#parts = { context, feeds: new Feeds(context), users: new UserFeeds(context), readers };
    this.#resync = new Resync({ ...this.#parts, partitionOf });
  }

  /** Channels whose topics this node listens to. */
  get feeds(): number {
    return this.#parts.feeds.size;
  }

  /** Users whose topics this node listens to. */
  get users(): number {
    return this.#parts.users.size;
  }

  /** Open streams. */
  get readers(): number {
    return this.#readers.size;
  }

  /** What waits for all streams' readers. */
  get queueBytes(): number {
    let bytes = 0;
    for (const { stream } of this.#readers) bytes += stream.queueBytes;
    return bytes;
  }

  /**
   * One channel's events: those after a sequence, then live ones; ends after the viewer's own MemberLeft. Resolves once it
   * is live. NOT_FOUND for who is not a member; UNAVAILABLE, also from `next()`, where the store or the bus fails.
   */
  channel(request: ChannelRequest): Promise<EventStream> {
    return this.#open(new ChannelReader(this.#parts, request));
  }

  /** The events of all the viewer's channels, as {@link Hub.channel}. Channels in `after` that the viewer is not in are ignored. */
  inbox(request: InboxRequest): Promise<EventStream> {
    return this.#open(new InboxReader(this.#parts, request));
  }

  /** Resolves when the user's hints from now on reach the listener, until {@link Hub.unlisten}. */
  listen(userId: UserId, listener: UserListener): Promise<void> {
    return this.#parts.users.listen(userId, listener);
  }

  unlisten(userId: UserId, listener: UserListener): void {
    this.#parts.users.unlisten(userId, listener);
  }

  /** Compares all that is open with the store. After an outage of the bus as much of it as is needed is done without being asked. */
  resync(): Promise<void> {
    return this.#resync.all();
  }

  /** Ends every stream, those included that nobody reads from. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#resync.close();
    for (const { stream } of [...this.#readers]) stream.end();
    this.#parts.feeds.close();
    this.#parts.users.close();
  }

  async #open(reader: Reader & { open(): Promise<void> }): Promise<EventStream> {
    if (this.#isClosed) throw unavailable('This node is shutting down.');
    this.#readers.add(reader);
    try {
      await reader.open();
      return reader.stream;
    } catch (error) {
      reader.stream.end();
      throw error;
    }
  }
}
