import type { UserId } from '../domain/identifier.ts';
import type { Memberships } from '../storage/memberships.ts';

export interface ChannelRoomOptions {
  readonly storage: { readonly memberships: Pick<Memberships, 'counts'> };
  readonly limits: { readonly channelsPerUserMax: number };
}

/**
 * Keeps each user within the channels that anybody may be in. Joins at work on this node count as if they were stored, so
 * that many at once pass no bound; those of other nodes are seen once they are stored.
 */
export class ChannelRoom {
  readonly #options: ChannelRoomOptions;
  readonly #joining = new Map<UserId, number>();

  constructor(options: ChannelRoomOptions) {
    this.#options = options;
  }

  /** Room for one channel more for each of them, to be given back once they have joined or not; null where one has none. */
  async take(userIds: readonly UserId[]): Promise<Disposable | null> {
    const { storage, limits } = this.#options;
    // Before the counts: a join that is stored meanwhile counts twice for a moment, never not at all.
    const ahead = new Map(userIds.map((id) => [id, this.#joining.get(id) ?? 0]));
    const taken = this.#join([...ahead.keys()]);
    try {
      const counts = await storage.memberships.counts(userIds);
      const isFull = ([id, joining]: [UserId, number]) => (counts.get(id) ?? 0) + joining >= limits.channelsPerUserMax;
      if (![...ahead].some(isFull)) return taken;
    } catch (error) {
      taken[Symbol.dispose]();
      throw error;
    }
    taken[Symbol.dispose]();
    return null;
  }

  #join(userIds: readonly UserId[]): Disposable {
    for (const id of userIds) this.#joining.set(id, (this.#joining.get(id) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        for (const id of userIds) {
          const left = (this.#joining.get(id) ?? 1) - 1;
          if (left > 0) this.#joining.set(id, left);
          else this.#joining.delete(id);
        }
      },
    };
  }
}
