import type { UserId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Presence, PresenceChange } from '../presence/presence.ts';
import type { Storage } from '../storage/storage.ts';
import type { Hub } from '../stream/hub.ts';
import { PresenceWatch, type WatchedState } from './presence-watch.ts';
import type { ServiceRates } from './services.ts';

export interface PresenceState {
  readonly online: boolean;
  /** Null where the viewer may not know, or the user was never seen. */
  readonly lastSeenAt: number | null;
}

export interface PresenceServiceOptions {
  readonly storage: Pick<Storage, 'users' | 'memberships'>;
  readonly presence: Presence;
  readonly hub: Pick<Hub, 'listen' | 'unlisten'>;
  readonly rates: ServiceRates;
  readonly ttlMs: number;
  readonly failed: (error: unknown) => void;
  readonly now?: () => number;
}

const UNKNOWN: PresenceState = { online: false, lastSeenAt: null };
/** Users with a connection are kept anew so often within the TTL, so that one late call shows nobody as offline. */
const RENEWALS_PER_TTL = 3;
/** When users were last seen is written in batches. */
const SEEN_INTERVAL_MS = 1_000;

/** Who is online, as far as the viewer may know. Heartbeats end here: what goes further is one `Presence.keep` for all. */
export class PresenceService {
  readonly #options: PresenceServiceOptions;
  readonly #now: () => number;
  readonly #connections = new Map<UserId, number>();
  readonly #seen = new Map<UserId, number>();
  readonly #renewal: NodeJS.Timeout;
  #seenTimer: NodeJS.Timeout | null = null;

  constructor(options: PresenceServiceOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    options.presence.onOffline((change) => this.#saw(change.userId, change.at));
    this.#renewal = setInterval(() => this.#keep(this.#connections.keys()), options.ttlMs / RENEWALS_PER_TTL);
    this.#renewal.unref();
  }

  /** Users whom this node keeps online by their connections. */
  get kept(): number {
    return this.#connections.size;
  }

  /** A live socket or stream keeps its user online by itself, until {@link disconnected} is called for it, once. */
  connected(userId: UserId): void {
    this.#connections.set(userId, (this.#connections.get(userId) ?? 0) + 1);
    this.#keep([userId]);
    this.#saw(userId, this.#now());
  }

  disconnected(userId: UserId): void {
    const left = (this.#connections.get(userId) ?? 1) - 1;
    if (left > 0) this.#connections.set(userId, left);
    else this.#connections.delete(userId);
    this.#keep([userId]);
    this.#saw(userId, this.#now());
  }

  /** Keeps a viewer without a connection online for the TTL. */
  async heartbeat(viewer: Viewer): Promise<PresenceState> {
    this.#options.rates.take('change', viewer.userId);
    const now = this.#now();
    await this.#options.presence.keep([viewer.userId]);
    this.#saw(viewer.userId, now);
    return { online: true, lastSeenAt: now };
  }

  /** Offline and never seen for whoever shares no channel with the viewer. */
  async of(viewer: Viewer, userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, PresenceState>> {
    const { storage, presence } = this.#options;
    const sharing = await storage.memberships.sharing(viewer.userId, userIds);
    const visible = userIds.filter((id) => id === viewer.userId || sharing.has(id));
    const [online, lastSeen] = await Promise.all([presence.online(visible), storage.users.lastSeen(visible)]);
    const states = new Map(userIds.map((id): [UserId, PresenceState] => [id, UNKNOWN]));
    for (const id of visible) {
      const isOnline = online.has(id);
      const lastSeenAt = isOnline ? this.#now() : (this.#seen.get(id) ?? lastSeen.get(id) ?? null);
      states.set(id, { online: isOnline, lastSeenAt });
    }
    return states;
  }

  /** The present state of each at once, then every change while they share a channel with the viewer. */
  async watch(viewer: Viewer, userIds: readonly UserId[]): Promise<AsyncIterableIterator<WatchedState>> {
    const { hub } = this.#options;
    const watch = new PresenceWatch(userIds, {
      hub,
      viewerId: viewer.userId,
      states: (ids) => this.of(viewer, ids),
      watch: (id, listener) => this.#options.presence.watch(id, listener),
      now: this.#now,
    });
    await watch.start();
    return watch;
  }

  async close(): Promise<void> {
    clearInterval(this.#renewal);
    if (this.#seenTimer !== null) clearTimeout(this.#seenTimer);
    const now = this.#now();
    for (const userId of this.#connections.keys()) this.#seen.set(userId, now);
    await this.#writeSeen();
  }

  #keep(userIds: Iterable<UserId>): void {
    this.#options.presence.keep(userIds).catch(this.#options.failed);
  }

  #saw(userId: UserId, at: PresenceChange['at']): void {
    this.#seen.set(userId, at);
    this.#seenTimer ??= setTimeout(() => {
      this.#seenTimer = null;
      this.#writeSeen().catch(this.#options.failed);
    }, SEEN_INTERVAL_MS);
  }

  async #writeSeen(): Promise<void> {
    if (this.#seen.size === 0) return;
    const times = new Map(this.#seen);
    await this.#options.storage.users.seen(times);
    for (const [userId, at] of times) if (this.#seen.get(userId) === at) this.#seen.delete(userId);
  }
}
