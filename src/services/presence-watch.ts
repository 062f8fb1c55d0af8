import type { UserId } from '../domain/identifier.ts';
import type { PresenceChange } from '../presence/presence.ts';
import type { Hub, UserListener } from '../stream/hub.ts';
import type { PresenceState } from './presence.ts';

export interface WatchedState {
  readonly userId: UserId;
  readonly state: PresenceState;
  readonly at: number;
}

export interface PresenceSource {
  readonly viewerId: UserId;
  /** Who shares a channel with the viewer changes with what is heard there. */
  readonly hub: Pick<Hub, 'listen' | 'unlisten'>;
  /** What the viewer may know now: asked again for each change, so that it ends with the last shared channel. */
  readonly states: (userIds: readonly UserId[]) => Promise<ReadonlyMap<UserId, PresenceState>>;
  readonly watch: (userId: UserId, listener: (change: PresenceChange) => void) => Promise<() => void>;
  readonly now: () => number;
}

/** Changes wait by user, newest only: a slow reader costs one entry a watched user and misses no final state. */
export class PresenceWatch implements AsyncIterableIterator<WatchedState>, UserListener {
  readonly #source: PresenceSource;
  readonly #userIds: readonly UserId[];
  readonly #changed = new Map<UserId, number>();
  readonly #told = new Map<UserId, PresenceState>();
  #unwatch: readonly (() => void)[] = [];
  #wake: (() => void) | null = null;
  #ended = false;

  constructor(userIds: readonly UserId[], source: PresenceSource) {
    this.#userIds = [...new Set(userIds)];
    this.#source = source;
  }

  async start(): Promise<void> {
    const { hub, viewerId } = this.#source;
    await hub.listen(viewerId, this);
    const watching = this.#userIds.map((id) => this.#source.watch(id, ({ userId, at }) => this.#note(userId, at)));
    const settled = await Promise.allSettled(watching);
    this.#unwatch = settled.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await this.return();
      throw failed.reason;
    }
    const now = this.#source.now();
    for (const userId of this.#userIds) this.#changed.set(userId, this.#changed.get(userId) ?? now);
  }

  hear(hint: Parameters<UserListener['hear']>[0]): void {
    if (hint.kind === 'added') {
      this.#lookAgain(new Set(hint.userIds));
    } else if (hint.kind === 'left' && hint.userId !== this.#source.viewerId) {
      this.#lookAgain(new Set([hint.userId]));
    } else if (hint.kind === 'left' || hint.kind === 'joined' || hint.kind === 'missed') {
      this.#lookAgain(new Set(this.#userIds));
    }
  }

  async next(): Promise<IteratorResult<WatchedState>> {
    while (!this.#ended) {
      const [entry] = this.#changed;
      if (entry === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const [userId, at] = entry;
      this.#changed.delete(userId);
      const state = (await this.#source.states([userId])).get(userId);
      if (state === undefined || this.#told.get(userId)?.online === state.online) continue;
      this.#told.set(userId, state);
      return { value: { userId, state, at }, done: false };
    }
    return { value: undefined, done: true };
  }

  async return(): Promise<IteratorResult<WatchedState>> {
    this.#ended = true;
    this.#source.hub.unlisten(this.#source.viewerId, this);
    for (const unwatch of this.#unwatch) unwatch();
    this.#unwatch = [];
    this.#wake?.();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** At those of them who are watched. */
  #lookAgain(userIds: ReadonlySet<UserId>): void {
    const now = this.#source.now();
    for (const userId of this.#userIds) if (userIds.has(userId)) this.#note(userId, now);
  }

  #note(userId: UserId, at: number): void {
    this.#changed.set(userId, at);
    this.#wake?.();
    this.#wake = null;
  }
}
