interface Entry {
  readonly offset: number;
  /** The offset that was begun directly before this one. */
  readonly before: number | null;
  state: 'open' | 'done' | 'set aside';
}

const DONE_ENTRIES_KEPT_MAX = 1_000;

/**
 * Which commands of a partition have had their effect. They finish in any order; the consumed position follows the
 * lowest that has not, so that a restart reads again whatever might be lost.
 */
export class Progress {
  /** In the order of the log. Those that are done are dropped where they are many. */
  #entries: Entry[] = [];
  readonly #byOffset = new Map<number, Entry>();
  #newest: number | null;
  #open = 0;
  #aside = 0;
  #firstNotDone = 0;
  #firstOpen = 0;

  constructor(consumed: number | null) {
    this.#newest = consumed;
  }

  /** The highest offset such that it and all begun before it are done. */
  get consumed(): number | null {
    return this.#below(this.#entries[this.#firstNotDone]);
  }

  /** The highest offset such that it and all begun before it are done or set aside. */
  get settled(): number | null {
    return this.#below(this.#entries[this.#firstOpen]);
  }

  /** Those set aside do not count: they are not at work. */
  get unfinished(): number {
    return this.#open;
  }

  /** In the order of the log. False for an offset that was begun before: the log delivers at least once. */
  begin(offset: number): boolean {
    if (this.#newest !== null && offset <= this.#newest) return false;
    const entry: Entry = { offset, before: this.#newest, state: 'open' };
    this.#entries.push(entry);
    this.#byOffset.set(offset, entry);
    this.#newest = offset;
    this.#open += 1;
    return true;
  }

  finish(offset: number): void {
    this.#leave(offset, 'done');
  }

  /** The command has had no effect, and will have none before a restart: it holds the consumed position back. */
  setAside(offset: number): void {
    this.#leave(offset, 'set aside');
  }

  #leave(offset: number, state: Exclude<Entry['state'], 'open'>): void {
    const entry = this.#byOffset.get(offset);
    if (entry === undefined) return;
    entry.state = state;
    this.#byOffset.delete(offset);
    this.#open -= 1;
    if (state === 'set aside') this.#aside += 1;
    const kept = this.#open + this.#aside;
    if (this.#entries.length > 2 * kept + DONE_ENTRIES_KEPT_MAX) this.#dropDone();
    while (this.#entries[this.#firstNotDone]?.state === 'done') this.#firstNotDone += 1;
    this.#firstOpen = Math.max(this.#firstOpen, this.#firstNotDone);
    while (isOver(this.#entries[this.#firstOpen])) this.#firstOpen += 1;
  }

  /** Called once the entries that are done far outnumber the others, so that it costs each the same, however long the lowest stays open. */
  #dropDone(): void {
    this.#entries = this.#entries.filter(({ state }) => state !== 'done');
    this.#firstNotDone = 0;
    this.#firstOpen = 0;
  }

  #below(entry: Entry | undefined): number | null {
    return entry === undefined ? this.#newest : entry.before;
  }
}

const isOver = (entry: Entry | undefined): boolean => entry !== undefined && entry.state !== 'open';
