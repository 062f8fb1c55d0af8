/** Remembers the newest ids, so that what is pushed again passes once. */
export class Seen<Id> {
  readonly #max: number;
  readonly #ids = new Set<Id>();

  constructor(max: number) {
    this.#max = max;
  }

  /** False where the id has been seen. */
  add(id: Id): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.add(id);
    if (this.#ids.size > this.#max) {
      for (const oldest of this.#ids) {
        this.#ids.delete(oldest);
        break;
      }
    }
    return true;
  }
}
