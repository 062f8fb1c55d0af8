import { unavailable } from '../domain/error.ts';
import type { UserId } from '../domain/identifier.ts';
import { type UserHint, userTopic } from '../pubsub/topics.ts';
import type { StreamContext } from './context.ts';
import { frozen } from './frozen.ts';

/** Hints may have been lost: whoever relies on one looks for what it would have told. */
export interface MissedHints {
  readonly kind: 'missed';
}

type Listener = (hint: UserHint | MissedHints) => void;

interface Entry {
  readonly listeners: Set<Listener>;
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
    for (const listener of this.#entries.get(userId)?.listeners ?? []) this.#tell(listener, { kind: 'missed' });
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves when the user's hints from now on reach the listener, to the function that ends it. */
  async listen(userId: UserId, listen: Listener): Promise<() => void> {
    if (this.#closed) throw unavailable('This node is shutting down.');
    const entry = this.#entries.get(userId) ?? this.#subscribe(userId);
    const listener: Listener = (hint) => listen(hint);
    entry.listeners.add(listener);
    const leave = () => {
      if (entry.listeners.delete(listener) && entry.listeners.size === 0) this.#remove(userId, entry);
    };
    try {
      await entry.subscribed;
      return leave;
    } catch (error) {
      leave();
      throw unavailable('The user could not be listened to.', error);
    }
  }

  close(): void {
    this.#closed = true;
    for (const [userId, entry] of [...this.#entries]) this.#remove(userId, entry);
  }

  #subscribe(userId: UserId): Entry {
    const listeners = new Set<Listener>();
    const subscribed = this.#context.pubsub.subscribe(userTopic(userId), (hint) => {
      const own = hint.kind === 'checkpoint' ? { ...hint, event: frozen(hint.event) } : hint;
      for (const listener of listeners) this.#tell(listener, own);
    });
    const entry: Entry = { listeners, subscribed };
    this.#entries.set(userId, entry);
    return entry;
  }

  #tell(listener: Listener, hint: UserHint | MissedHints): void {
    try {
      listener(hint);
    } catch (error) {
      this.#context.onError(error);
    }
  }

  #remove(userId: UserId, entry: Entry): void {
    entry.listeners.clear();
    if (this.#entries.get(userId) === entry) this.#entries.delete(userId);
    entry.subscribed.then((unsubscribe) => unsubscribe()).catch(() => {});
  }
}
