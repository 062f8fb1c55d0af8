import type { UserId } from '../domain/identifier.ts';
import type { Presence, PresenceChange } from './presence.ts';

interface Options {
  /** A user is online for so long after the last call of `keep`. */
  readonly ttlMs: number;
  readonly now?: () => number;
}

/** The port allows 5 s; the rest is for a busy event loop. */
const SWEEP_MS_MAX = 1_000;

type Listener = (change: PresenceChange) => void;

/** Who is online, for a node that stands alone. */
export function createMemoryPresence(options: Options): Presence {
  return new MemoryPresence(options);
}

class MemoryPresence implements Presence {
  readonly #ttlMs: number;
  readonly #now: () => number;
  /** When each online user was last kept, longest ago first: a user who is kept again moves to the end. */
  readonly #keptAt = new Map<UserId, number>();
  readonly #watchers = new Map<UserId, Set<Listener>>();
  readonly #offline = new Set<Listener>();
  /** One for all users. It looks at those only whose time has come. */
  readonly #sweeper: NodeJS.Timeout;

  constructor(options: Options) {
    this.#ttlMs = options.ttlMs;
    this.#now = options.now ?? Date.now;
    this.#sweeper = setInterval(() => this.#sweep(), Math.min(SWEEP_MS_MAX, options.ttlMs));
    this.#sweeper.unref();
  }

  async keep(userIds: Iterable<UserId>): Promise<void> {
    const at = this.#now();
    for (const userId of userIds) {
      const cameOnline = !this.#isOnline(userId, at);
      // Gone and not swept yet: its end is told before its new start.
      if (cameOnline) this.#end(userId);
      this.#keptAt.delete(userId);
      this.#keptAt.set(userId, at);
      if (cameOnline) this.#tell({ userId, online: true, at });
    }
  }

  async online(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const at = this.#now();
    return new Set(userIds.filter((userId) => this.#isOnline(userId, at)));
  }

  async watch(userId: UserId, listener: Listener): Promise<() => void> {
    const watchers = this.#watchers.get(userId) ?? new Set();
    this.#watchers.set(userId, watchers);
    const own: Listener = (change) => listener(change);
    watchers.add(own);
    return () => {
      watchers.delete(own);
      if (watchers.size === 0 && this.#watchers.get(userId) === watchers) this.#watchers.delete(userId);
    };
  }

  onOffline(listener: Listener): void {
    this.#offline.add(listener);
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    this.#watchers.clear();
    this.#offline.clear();
  }

  #isOnline(userId: UserId, at: number): boolean {
    const keptAt = this.#keptAt.get(userId);
    return keptAt !== undefined && at - keptAt < this.#ttlMs;
  }

  #sweep(): void {
    const at = this.#now();
    for (const userId of this.#keptAt.keys()) {
      if (this.#isOnline(userId, at)) return;
      this.#end(userId);
    }
  }

  #end(userId: UserId): void {
    const keptAt = this.#keptAt.get(userId);
    if (keptAt === undefined) return;
    this.#keptAt.delete(userId);
    const change = { userId, online: false, at: keptAt };
    for (const listener of this.#offline) listener(change);
    this.#tell(change);
  }

  #tell(change: PresenceChange): void {
    for (const listener of this.#watchers.get(change.userId) ?? []) listener(change);
  }
}
