import { LRUCache } from 'lru-cache';

/**
 * What was read of things that never change, the most recently used of them: else each event that is shown to somebody costs a
 * read of its sender and of its channel. What does not exist is not remembered, since it may be made. Nothing has to be
 * forgotten because of a change: whoever makes one possible has to see to that here.
 */
export class Facts<Id extends string, Fact extends object> {
  readonly #read: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, Fact>>;
  readonly #known: LRUCache<Id, Fact>;

  constructor(max: number, read: (ids: readonly Id[]) => Promise<ReadonlyMap<Id, Fact>>) {
    this.#read = read;
    this.#known = new LRUCache({ max });
  }

  /** Undefined where it has to be read. */
  known(id: Id): Fact | undefined {
    return this.#known.get(id);
  }

  /** Those that do not exist are absent. */
  async of(ids: readonly Id[]): Promise<ReadonlyMap<Id, Fact>> {
    const found = new Map<Id, Fact>();
    const missing: Id[] = [];
    for (const id of ids) {
      const fact = this.#known.get(id);
      if (fact === undefined) missing.push(id);
      else found.set(id, fact);
    }
    if (missing.length === 0) return found;
    for (const [id, fact] of await this.#read(missing)) {
      this.#known.set(id, fact);
      found.set(id, fact);
    }
    return found;
  }
}
