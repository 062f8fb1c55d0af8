import { unavailable } from '../domain/error.ts';
import type { UserId } from '../domain/identifier.ts';
import { type UserHint, userTopic } from '../pubsub/topics.ts';
import type { StreamContext } from './context.ts';
import { frozen } from './frozen.ts';

/** Hints may have been lost: whoever relies on one looks for what it would have told. */
export interface MissedHints {
  readonly kind: 'missed';
}

export interface UserListener {
  /** Must not keep the hint's payload. */
  hear(hint: UserHint | MissedHints): void;
}

interface Entry {
  /** Made anew when it changes: most users have two for as long as they are here, and nothing is kept for more. */
  listeners: readonly UserListener[];
  readonly subscribed: Promise<() => void>;
}

/** What this node's users are told, each on one topic, however many of their devices are here. */
export class UserFeeds {
  readonly #context: StreamContext;
  readonly #entries = new Map<UserId, Entry>();
  #closed = false;

  constructor(context: StreamContext) {
    this.#context = context;
  }

  get userIds(): readonly UserId[] {
    return [...this.#entries.keys()];
  }

  missed(userId: UserId): void {
    this.#tell(userId, { kind: 'missed' });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves when the user's hints from now on reach the listener, until {@link unlisten}. A listener listens once. */
  async listen(userId: UserId, listener: UserListener): Promise<void> {
    if (this.#closed) throw unavailable('This node is shutting down.');
    const entry = this.#entries.get(userId) ?? this.#subscribe(userId);
    entry.listeners = entry.listeners.concat(listener);
    try {
      await entry.subscribed;
    } catch (error) {
      this.unlisten(userId, listener);
      throw unavailable('The user could not be listened to.', error);
    }
  }

  /** Nothing where it does not listen. */
  unlisten(userId: UserId, listener: UserListener): void {
    const entry = this.#entries.get(userId);
    if (entry === undefined) return;
    entry.listeners = entry.listeners.filter((one) => one !== listener);
    if (entry.listeners.length === 0) this.#remove(userId, entry);
  }

  close(): void {
    this.#closed = true;
    for (const [userId, entry] of [...this.#entries]) this.#remove(userId, entry);
  }

  #subscribe(userId: UserId): Entry {
    const subscribed = this.#context.pubsub.subscribe(userTopic(userId), (hint) => {
      const own = hint.kind === 'checkpoint' ? { ...hint, event: frozen(hint.event) } : hint;
      this.#tell(userId, own);
    });
    const entry: Entry = { listeners: [], subscribed };
    this.#entries.set(userId, entry);
    return entry;
  }

  #tell(userId: UserId, hint: UserHint | MissedHints): void {
    for (const listener of this.#entries.get(userId)?.listeners ?? []) {
      try {
        listener.hear(hint);
      } catch (error) {
        this.#context.onError(error);
      }
    }
  }

  #remove(userId: UserId, entry: Entry): void {
    entry.listeners = [];
    if (this.#entries.get(userId) === entry) this.#entries.delete(userId);
    entry.subscribed.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}
