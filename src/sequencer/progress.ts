/**
 * Which commands of a partition have had their effect. They finish in any order; the consumed position follows the
 * lowest that has not, so that a restart reads again whatever might be lost.
 */
export class Progress {
  #unfinished: { readonly offset: number; done: boolean }[] = [];
  #first = 0;
  #byOffset = new Map<number, { readonly offset: number; done: boolean }>();
  #consumed: number | null;

  constructor(consumed: number | null) {
    this.#consumed = consumed;
  }

  /** The highest offset such that it and all begun before it are done. */
  get consumed(): number | null {
    return this.#consumed;
  }

  get unfinished(): number {
    return this.#byOffset.size;
  }

  /** In the order of the log. False for an offset that was begun before: the log delivers at least once. */
  begin(offset: number): boolean {
    const newest = this.#unfinished.at(-1)?.offset ?? this.#consumed;
    if (newest !== null && newest !== undefined && offset <= newest) return false;
    const entry = { offset, done: false };
    this.#unfinished.push(entry);
    this.#byOffset.set(offset, entry);
    return true;
  }

  finish(offset: number): void {
    const entry = this.#byOffset.get(offset);
    if (entry === undefined) return;
    entry.done = true;
    this.#byOffset.delete(offset);
    for (let oldest = this.#unfinished[this.#first]; oldest?.done; oldest = this.#unfinished[++this.#first]) {
      this.#consumed = oldest.offset;
    }
    if (this.#first > 1_000 && this.#first * 2 > this.#unfinished.length) {
      this.#unfinished = this.#unfinished.slice(this.#first);
      this.#first = 0;
    }
  }
}
