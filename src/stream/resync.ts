import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Outage } from '../pubsub/pubsub.ts';
import { channelTopic, userTopic } from '../pubsub/topics.ts';
import type { StreamContext } from './context.ts';
import type { Feeds } from './feeds.ts';
import { askForHeads, MissedHeads } from './missed-heads.ts';
import { Backoff, Pause } from './pause.ts';
import type { Reader } from './reader.ts';
import type { UserFeeds } from './user-feeds.ts';

export interface ResyncOptions {
  readonly context: StreamContext;
  readonly feeds: Feeds;
  readonly users: UserFeeds;
  readonly readers: ReadonlySet<Reader>;
  readonly partitionOf: (channelId: ChannelId) => number;
}

const READERS_INTERVAL_MS = 10 * 60_000;
const REPORTS_WAIT_MS = 1_000;
const RETRY_FIRST_MS = 200;
const RETRY_MAX_MS = 2_000;
/** At most so much is read of the store in one go, and then so long nothing: all nodes may be at it. */
const HEADS_PAGE = 200;
const READERS_PAGE = 50;
const PAGE_PAUSE_MS = 50;

/** Finds what publications would have told that were lost with a connection. */
export class Resync {
  readonly #options: ResyncOptions;
  /** By shard, until they have been made good. */
  readonly #outages = new Map<string, Outage>();
  readonly #pause = new Pause();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;
  #isRunning = false;
  #isClosed = false;

  constructor(options: ResyncOptions) {
    this.#options = options;
    const { pubsub, onError } = options.context;
    this.#stopListening = pubsub.onReconnect((outage) => this.#missed(outage));
    this.#timer = setInterval(() => void this.#compareReaders(() => true).catch(onError), READERS_INTERVAL_MS);
    this.#timer.unref();
  }

  /** Compares everything that is open with the store. */
  async all(): Promise<void> {
    await this.#compareFeeds(this.#options.feeds.channelIds);
    await this.#compareReaders(() => true);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
    clearInterval(this.#timer);
    this.#pause.end();
  }

  #missed({ shard, aliveAt }: Outage): void {
    const known = this.#outages.get(shard);
    this.#outages.set(shard, { shard, aliveAt: Math.min(aliveAt, known?.aliveAt ?? aliveAt) });
    if (this.#isRunning) return;
    this.#isRunning = true;
    void this.#makeGood().finally(() => {
      this.#isRunning = false;
    });
  }

  /** What fails is tried again: as long as an outage is not made good, streams may lack events. */
  async #makeGood(): Promise<void> {
    const backoff = new Backoff(RETRY_FIRST_MS, RETRY_MAX_MS);
    for (let [outage] = this.#outages.values(); outage !== undefined; [outage] = this.#outages.values()) {
      if (this.#isClosed) return;
      try {
        await this.#after(outage);
        backoff.reset();
        // One more may have come meanwhile.
        if (this.#outages.get(outage.shard) === outage) this.#outages.delete(outage.shard);
      } catch (error) {
        this.#options.context.onError(error);
        await this.#pause.for(backoff.next());
      }
    }
  }

  async #after(outage: Outage): Promise<void> {
    const { context, feeds, users, partitionOf } = this.#options;
    const { pubsub, onError } = context;
    const channelIds = feeds.channelIds.filter((id) => pubsub.shardOf(channelTopic(id)) === outage.shard);
    if (channelIds.length > 0) {
      const missed = await askForHeads(pubsub, outage, REPORTS_WAIT_MS).catch((error: unknown) => {
        onError(error);
        return new MissedHeads();
      });
      for (const [id, head] of missed.heads) feeds.hear(id, head);
      await this.#compareFeeds(channelIds.filter((id) => !missed.covers(partitionOf(id))));
    }
    const isAffected = (userId: UserId): boolean => pubsub.shardOf(userTopic(userId)) === outage.shard;
    await this.#compareReaders(isAffected);
    for (const page of pagesOf(users.userIds.filter(isAffected), READERS_PAGE)) {
      for (const userId of page) users.missed(userId);
      await this.#pause.for(PAGE_PAUSE_MS);
    }
  }

  async #compareFeeds(channelIds: readonly ChannelId[]): Promise<void> {
    const { context, feeds } = this.#options;
    for (const [index, page] of pagesOf(channelIds, HEADS_PAGE).entries()) {
      if (index > 0) await this.#pause.for(PAGE_PAUSE_MS);
      if (this.#isClosed) return;
      for (const [id, head] of await context.storage.channels.heads(page)) feeds.hear(id, head.sequence);
    }
  }

  /** Reads the channel lists of users again. Where that fails for one, the others go on, and it rejects in the end. */
  async #compareReaders(isAffected: (userId: UserId) => boolean): Promise<void> {
    const affected = [...this.#options.readers].filter(({ userId }) => isAffected(userId));
    const failures: unknown[] = [];
    for (const [index, page] of pagesOf(affected, READERS_PAGE).entries()) {
      if (index > 0) await this.#pause.for(PAGE_PAUSE_MS);
      if (this.#isClosed) return;
      await Promise.all(page.map((reader) => reader.resync().catch((error: unknown) => failures.push(error))));
    }
    if (failures.length > 0) throw failures[0];
  }
}

function pagesOf<Item>(items: readonly Item[], length: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / length) }, (_, index) =>
    items.slice(index * length, (index + 1) * length),
  );
}
