import type { Histogram } from './histogram.ts';

export interface TallyOptions {
  readonly sockets: number;
  /** Message n belongs to group n mod groups. */
  readonly groups: number;
  readonly membersPerGroup: number;
}

/** Who has had what: every message once to every member, or it is counted as lost or repeated. */
export class Tally {
  readonly #options: TallyOptions;
  /** A bit for each message of its group, one set a socket. */
  readonly #seen: Uint32Array<ArrayBuffer>[];
  /** Members that have had the message, by its number. */
  #counts = new Uint16Array(1_024);
  #window: Histogram | null = null;
  #unique = 0;
  #repeated = 0;
  /** Told of each message that every member has had. */
  onComplete: (number: number) => void = () => {};
  onDelivery: (socket: number, number: number) => void = () => {};

  constructor(options: TallyOptions) {
    this.#options = options;
    this.#seen = Array.from({ length: options.sockets }, () => new Uint32Array(4));
  }

  get sockets(): number {
    return this.#options.sockets;
  }

  get unique(): number {
    return this.#unique;
  }

  get repeated(): number {
    return this.#repeated;
  }

  /** Latencies go into this histogram from now on; null stops that. */
  measureInto(histogram: Histogram | null): void {
    this.#window = histogram;
  }

  lost(sent: number): number {
    return sent * this.#options.membersPerGroup - this.#unique;
  }

  delivered(socket: number, number: number, sentMicros: number, nowMicros: number): void {
    if (!this.#mark(socket, Math.floor(number / this.#options.groups))) {
      this.#repeated += 1;
      return;
    }
    this.#unique += 1;
    this.#window?.add(nowMicros - sentMicros);
    this.onDelivery(socket, number);
    if (this.#count(number) === this.#options.membersPerGroup) this.onComplete(number);
  }

  /** False where the bit was set. */
  #mark(socket: number, bit: number): boolean {
    const word = bit >>> 5;
    let seen = this.#seen[socket] as Uint32Array<ArrayBuffer>;
    if (word >= seen.length) {
      const larger = new Uint32Array(2 * word);
      larger.set(seen);
      seen = larger;
      this.#seen[socket] = larger;
    }
    const mask = 1 << (bit & 31);
    const before = seen[word] as number;
    if ((before & mask) !== 0) return false;
    seen[word] = before | mask;
    return true;
  }

  #count(number: number): number {
    if (number >= this.#counts.length) {
      const larger = new Uint16Array(2 * number);
      larger.set(this.#counts);
      this.#counts = larger;
    }
    const count = (this.#counts[number] as number) + 1;
    this.#counts[number] = count;
    return count;
  }
}
