import type { UserId } from '../domain/identifier.ts';
import type { Memberships } from '../storage/memberships.ts';

export interface ChannelRoomOptions {
  readonly storage: { readonly memberships: Pick<Memberships, 'counts'> };
  readonly limits: { readonly channelsPerUserMax: number };
}

/** A join at work: `ended` resolves when it is stored, or never will be. */
interface Joining {
  readonly ended: Promise<void>;
}

/**
 * Keeps each user within the channels that anybody may be in. Joins at work on this node count as if they were stored, so
 * that many at once pass no bound; those of other nodes are seen once they are stored.
 */
export class ChannelRoom {
  readonly #options: ChannelRoomOptions;
  readonly #joining = new Map<UserId, Set<Joining>>();

  constructor(options: ChannelRoomOptions) {
    this.#options = options;
  }

  /** Room for one channel more for each of them, to be given back once they have joined or not; null where one has none. */
  async take(userIds: readonly UserId[]): Promise<Disposable | null> {
    // Before the counts: a join that is stored meanwhile counts twice, never not at all.
    const ahead = new Map(userIds.map((id) => [id, [...(this.#joining.get(id) ?? [])]]));
    const taken = this.#join([...ahead.keys()]);
    try {
      if (await this.#isRoom(ahead)) return taken;
    } catch (error) {
      taken[Symbol.dispose]();
      throw error;
    }
    taken[Symbol.dispose]();
    return null;
  }

  async #isRoom(ahead: ReadonlyMap<UserId, readonly Joining[]>): Promise<boolean> {
    const { channelsPerUserMax } = this.#options.limits;
    const userIds = [...ahead.keys()];
    const counts = await this.#counts(userIds);
    if (userIds.some((id) => (counts.get(id) ?? 0) >= channelsPerUserMax)) return false;
    const close = userIds.filter((id) => (counts.get(id) ?? 0) + (ahead.get(id)?.length ?? 0) >= channelsPerUserMax);
    if (close.length === 0) return true;
    // Some of those ahead may have been counted twice, and some may fail.
    await Promise.all(close.flatMap((id) => (ahead.get(id) ?? []).map(({ ended }) => ended)));
    const counted = await this.#counts(close);
    return close.every((id) => (counted.get(id) ?? 0) < channelsPerUserMax);
  }

  #counts(userIds: readonly UserId[]): Promise<ReadonlyMap<UserId, number>> {
    return this.#options.storage.memberships.counts(userIds);
  }

  #join(userIds: readonly UserId[]): Disposable {
    const ended = Promise.withResolvers<void>();
    const joining: Joining = { ended: ended.promise };
    for (const id of userIds) this.#joining.set(id, (this.#joining.get(id) ?? new Set()).add(joining));
    return {
      [Symbol.dispose]: () => {
        for (const id of userIds) {
          const left = this.#joining.get(id);
          left?.delete(joining);
          if (left?.size === 0) this.#joining.delete(id);
        }
        ended.resolve();
      },
    };
  }
}
