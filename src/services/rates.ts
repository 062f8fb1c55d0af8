import { LRUCache } from 'lru-cache';
import { ParleyError } from '../domain/error.ts';

export interface Rate {
  readonly perSecond: number;
  /** How many at once after a pause. */
  readonly burst: number;
}

export interface RateLimits<Name extends string> {
  readonly rates: Readonly<Record<Name, Rate>>;
  readonly ratesRememberedMax: number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by name and key. Each node counts for itself. */
export class Rates<Name extends string> {
  readonly #rates: Readonly<Record<Name, Rate>>;
  readonly #on: boolean;
  readonly #buckets: LRUCache<string, Bucket>;

  constructor(limits: RateLimits<Name>, on: boolean) {
    this.#rates = limits.rates;
    this.#on = on;
    this.#buckets = new LRUCache({ max: limits.ratesRememberedMax });
  }

  /** Throws RATE_LIMITED with the time after which `count` more are let through. */
  take(name: Name, key: string, count = 1, now = performance.now()): void {
    if (this.#on) this.#bucket(name, key, count, now).tokens -= count;
  }

  /** The same, and takes none: for what counts only once it has turned out to be wrong. */
  check(name: Name, key: string, now = performance.now()): void {
    if (this.#on) this.#bucket(name, key, 1, now);
  }

  #bucket(name: Name, key: string, count: number, now: number): Bucket {
    const { perSecond, burst } = this.#rates[name];
    const id = `${name}:${key}`;
    const bucket = this.#buckets.get(id) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    this.#buckets.set(id, bucket);
    if (bucket.tokens >= count) return bucket;
    const retryAfterMs = Math.ceil(((count - bucket.tokens) / perSecond) * 1_000);
    throw new ParleyError('RATE_LIMITED', `Too many requests: try again in ${retryAfterMs} ms.`, { retryAfterMs });
  }
}
