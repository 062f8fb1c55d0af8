import { unavailable } from '../../domain/error.ts';
import type { UserId } from '../../domain/identifier.ts';
import type { Outage, PubSub } from '../../pubsub/pubsub.ts';
import { type PresenceHint, presenceTopic } from '../../pubsub/topics.ts';
import type { PresenceChange } from '../presence.ts';

type Listener = (change: PresenceChange) => void;

interface Watched {
  readonly listeners: Set<Listener>;
  readonly subscribed: Promise<() => void>;
  /** The newest that was heard, which the listeners know of; null where nothing was. */
  told: PresenceHint | null;
}

export interface WatchersOptions {
  readonly pubsub: PubSub;
  readonly online: (userIds: readonly UserId[]) => Promise<ReadonlySet<UserId>>;
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
}

const READ_MAX = 500;
/** A change is lost only with a connection, or with the one node that knew of it. */
const COMPARE_MS = 10 * 60_000;

/** Tells who asked of users' changes: one topic a user, listened to only while somebody here asks. */
export class Watchers {
  readonly #options: WatchersOptions;
  readonly #watched = new Map<UserId, Watched>();
  readonly #stopOutages: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(options: WatchersOptions) {
    this.#options = options;
    this.#stopOutages = options.pubsub.onReconnect((outage) => this.#compare(outage).catch(options.failed));
    this.#timer = setInterval(() => void this.#compare(null).catch(options.failed), COMPARE_MS);
    this.#timer.unref();
  }

  async watch(userId: UserId, listener: Listener): Promise<() => void> {
    const watched = this.#watched.get(userId) ?? this.#listen(userId);
    const own: Listener = (change) => listener(change);
    watched.listeners.add(own);
    const stop = (): void => {
      if (watched.listeners.delete(own) && watched.listeners.size === 0) this.#leave(userId, watched);
    };
    try {
      await watched.subscribed;
      return stop;
    } catch (error) {
      stop();
      throw unavailable('The user could not be watched.', error);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#stopOutages();
    for (const [userId, watched] of [...this.#watched]) this.#leave(userId, watched);
  }

  #listen(userId: UserId): Watched {
    const listeners = new Set<Listener>();
    const subscribed = this.#options.pubsub.subscribe(presenceTopic(userId), (hint) =>
      this.#tell(userId, watched, hint),
    );
    const watched: Watched = { listeners, subscribed, told: null };
    this.#watched.set(userId, watched);
    return watched;
  }

  #leave(userId: UserId, watched: Watched): void {
    watched.listeners.clear();
    if (this.#watched.get(userId) === watched) this.#watched.delete(userId);
    watched.subscribed.then((unsubscribe) => unsubscribe()).catch(() => {});
  }

  /** Two nodes' hints may come in the wrong order, and one may come twice. */
  #tell(userId: UserId, watched: Watched, hint: PresenceHint): void {
    const { told } = watched;
    if (told !== null && hint.order < told.order) return;
    watched.told = hint;
    if (hint.online === told?.online) return;
    for (const listener of [...watched.listeners]) {
      try {
        listener({ userId, online: hint.online, at: hint.at });
      } catch (error) {
        this.#options.failed(error);
      }
    }
  }

  /** Reads how those stand whose changes may have been missed. Where it can't, they stay as they were told. */
  async #compare(outage: Outage | null): Promise<void> {
    const { pubsub, online, now } = this.#options;
    const affected = [...this.#watched.keys()].filter(
      (userId) => outage === null || pubsub.shardOf(presenceTopic(userId)) === outage.shard,
    );
    for (let from = 0; from < affected.length; from += READ_MAX) {
      const userIds = affected.slice(from, from + READ_MAX);
      const before = new Map(userIds.map((userId) => [userId, this.#watched.get(userId)?.told]));
      const isOnline = await online(userIds);
      for (const userId of userIds) {
        const watched = this.#watched.get(userId);
        // What was heard meanwhile is newer.
        if (watched === undefined || watched.told !== before.get(userId)) continue;
        const order = watched.told?.order ?? 0;
        this.#tell(userId, watched, { online: isOnline.has(userId), at: now(), order });
      }
    }
  }
}
