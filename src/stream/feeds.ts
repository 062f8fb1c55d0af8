import { unavailable } from '../domain/error.ts';
import type { ChannelId } from '../domain/identifier.ts';
import { eachBounded } from './bounded.ts';
import type { StreamContext } from './context.ts';
import { Feed } from './feed.ts';

/** Topics that one opening subscribes to at a time. */
const SUBSCRIBES_MAX = 64;

interface Entry {
  readonly feed: Feed;
  readonly opened: PromiseWithResolvers<void>;
  /** Readers that have it open or are waiting for it, those included that turn out to be no member's. */
  holds: number;
  linger: NodeJS.Timeout | undefined;
}

/** This node's feeds: one a channel, from its first reader until a while after its last. */
export class Feeds {
  readonly #context: StreamContext;
  readonly #entries = new Map<ChannelId, Entry>();
  #closed = false;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** False for a feed that lingers, is being opened, or is only held by who asks to be a member: none of them may make it stay, or wait for it. */
  isReadByMember(channelId: ChannelId): boolean {
    return this.#entries.get(channelId)?.feed.isRead === true;
  }

  /**
   * Opens the channels' feeds, those that are open already included; each has to be given back by {@link release}. Two who
   * open the same one share the opening. All or none: rejects where one can't be opened, and then holds none.
   */
  async open(channelIds: Iterable<ChannelId>): Promise<ReadonlyMap<ChannelId, Feed>> {
    if (this.#closed) throw unavailable('This node is shutting down.');
    const fresh: Entry[] = [];
    const entries = [...new Set(channelIds)].map((id) => this.#hold(id, fresh));
    const starting = this.#start(fresh);
    const results = await Promise.allSettled(entries.map((entry) => entry.opened.promise));
    await starting;
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      for (const { feed } of entries) this.release(feed);
      throw unavailable('The channel could not be opened.', failed.reason);
    }
    if (this.#closed) throw unavailable('This node is shutting down.');
    return new Map(entries.map(({ feed }) => [feed.channelId, feed]));
  }

  release(feed: Feed): void {
    const entry = this.#entries.get(feed.channelId);
    if (entry?.feed !== feed) return;
    entry.holds -= 1;
    if (entry.holds > 0) return;
    entry.linger = setTimeout(() => this.#remove(entry), this.#context.limits.feedLingerMs);
    entry.linger.unref();
  }

  get channelIds(): readonly ChannelId[] {
    return [...this.#entries.keys()];
  }

  /** Events of the channel exist up to this head: what its feed lacks is read. */
  hear(channelId: ChannelId, head: number): void {
    this.#entries.get(channelId)?.feed.hear(head);
  }

  close(): void {
    this.#closed = true;
    for (const entry of [...this.#entries.values()]) this.#remove(entry);
  }

  #hold(channelId: ChannelId, fresh: Entry[]): Entry {
    const open = this.#entries.get(channelId);
    if (open !== undefined) {
      clearTimeout(open.linger);
      open.holds += 1;
      return open;
    }
    const feed = new Feed(channelId, this.#context);
    const entry: Entry = { feed, opened: Promise.withResolvers(), holds: 1, linger: undefined };
    this.#entries.set(channelId, entry);
    fresh.push(entry);
    return entry;
  }

  /** The heads are read after every subscription was acknowledged, all at once: no event can fall between. */
  async #start(entries: readonly Entry[]): Promise<void> {
    const subscribed: Entry[] = [];
    await eachBounded(entries, SUBSCRIBES_MAX, async (entry) => {
      try {
        await entry.feed.subscribe();
        subscribed.push(entry);
      } catch (error) {
        this.#fail(entry, error);
      }
    });
    if (subscribed.length === 0) return;
    try {
      const heads = await this.#context.storage.channels.heads(subscribed.map(({ feed }) => feed.channelId));
      for (const { feed, opened } of subscribed) {
        feed.start(heads.get(feed.channelId)?.sequence ?? 0);
        opened.resolve();
      }
    } catch (error) {
      for (const entry of subscribed) this.#fail(entry, error);
    }
  }

  #fail(entry: Entry, error: unknown): void {
    this.#remove(entry);
    entry.opened.reject(error);
  }

  #remove(entry: Entry): void {
    clearTimeout(entry.linger);
    entry.feed.close();
    if (this.#entries.get(entry.feed.channelId) === entry) this.#entries.delete(entry.feed.channelId);
  }
}
