import { unavailable } from '../domain/error.ts';
import type { UserId } from '../domain/identifier.ts';
import type { UserHint } from '../pubsub/topics.ts';
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts';
import { eachBounded } from './bounded.ts';
import { ChannelReader } from './channel-reader.ts';
import type { StreamContext } from './context.ts';
import { newStreamCounts, type StreamCounts } from './counts.ts';
import { Feeds } from './feeds.ts';
import { InboxReader } from './inbox-reader.ts';
import type { ChannelRequest, InboxRequest, Reader, ReaderParts } from './reader.ts';
import type { EventStream } from './reader-stream.ts';
import { UserFeeds } from './user-feeds.ts';

export type { EventStream } from './reader-stream.ts';

const RESYNC_INTERVAL_MS = 10 * 60_000;
const RESYNC_READERS_MAX = 16;

interface HubOptions extends Omit<StreamContext, 'onError' | 'counts' | 'tracer'> {
  readonly tracer?: Tracer;
  readonly onError?: StreamContext['onError'];
}

/** This node's live side: the only listener of its channels' and users' topics, and every stream that reads from them. */
export class Hub {
  readonly counts: StreamCounts = newStreamCounts();
  readonly #parts: ReaderParts;
  readonly #readers = new Set<Reader>();
  readonly #resyncTimer: NodeJS.Timeout;
  #isClosed = false;

  constructor({ pubsub, storage, limits, tracer = NO_TRACER, onError = () => {} }: HubOptions) {
    const context: StreamContext = { pubsub, storage, limits, onError, tracer, counts: this.counts };
    this.#parts = { context, feeds: new Feeds(context), users: new UserFeeds(context) };
    this.#resyncTimer = setInterval(() => void this.resync().catch(onError), RESYNC_INTERVAL_MS);
    this.#resyncTimer.unref();
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

  /** Resolves when the user's hints from now on reach the listener, to the function that ends it. */
  user(userId: UserId, listener: (hint: UserHint) => void): Promise<() => void> {
    return this.#parts.users.listen(userId, listener);
  }

  /** Finds what lost hints would have told, for all that is open. Of use after the bus was away. Safe at any time. */
  async resync(): Promise<void> {
    await this.#parts.feeds.resync();
    await eachBounded([...this.#readers], RESYNC_READERS_MAX, (reader) =>
      reader.resync().catch(this.#parts.context.onError),
    );
  }

  /** Ends every stream, those included that nobody reads from. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#resyncTimer);
    for (const { stream } of [...this.#readers]) stream.end();
    this.#parts.feeds.close();
    this.#parts.users.close();
  }

  async #open(reader: Reader & { open(): Promise<void> }): Promise<EventStream> {
    if (this.#isClosed) throw unavailable('This node is shutting down.');
    this.#readers.add(reader);
    reader.stream.own(() => this.#readers.delete(reader));
    try {
      await reader.open();
      return reader.stream;
    } catch (error) {
      reader.stream.end();
      throw error;
    }
  }
}
