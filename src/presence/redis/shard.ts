import { setTimeout as delay } from 'node:timers/promises';
import type { UserId } from '../../domain/identifier.ts';
import type { RedisTls } from '../../redis/client-options.ts';
import { isRefusal } from '../../redis/refusal.ts';
import { ScriptClient } from '../../redis/script-client.ts';
import { Keeper } from './keeper.ts';
import { READ, REAP } from './scripts.ts';
import type { Timing } from './timing.ts';

export interface ShardOptions {
  readonly url: string;
  readonly tls: RedisTls | null;
  readonly name: string;
  readonly node: string;
  readonly keyPrefix: string;
  readonly callsPendingMax: number;
  readonly timing: Timing;
  readonly failed: (error: unknown) => void;
  readonly now: () => number;
  /** At most one node is told of each change. */
  readonly changed: (change: ShardChange) => void;
}

export interface ShardChange {
  readonly userId: UserId;
  readonly online: boolean;
  readonly at: number;
  readonly order: number;
}

const READ_MAX = 1_000;
const REAP_MAX = 1_000;

/** The users whose presence one Redis server holds. */
export class Shard {
  readonly #options: ShardOptions;
  readonly #client: ScriptClient;
  readonly #keeper: Keeper;
  #isReaping = false;
  #isFading = false;
  #lookTimer: NodeJS.Timeout;
  #isClosed = false;

  constructor(options: ShardOptions) {
    const { timing, changed } = options;
    this.#options = options;
    this.#client = new ScriptClient({
      ...options,
      pendingMax: options.callsPendingMax,
      connected: () => this.#keeper.look(),
    });
    this.#keeper = new Keeper({
      ...options,
      client: this.#client,
      failed: (error) => this.#failed(error),
      came: ({ userId, keptAt: at }, order) => changed({ userId, online: true, at, order }),
      went: ({ userId, keptAt: at }, order) => changed({ userId, online: false, at, order }),
    });
    this.#lookTimer = this.#lookIn(timing.lookMs);
  }

  keep(userIds: readonly UserId[]): Promise<void> {
    return this.#keeper.keep(userIds);
  }

  async online(userIds: readonly UserId[]): Promise<readonly UserId[]> {
    const here = userIds.filter((userId) => this.#keeper.isOnline(userId));
    const elsewhere = userIds.filter((userId) => !this.#keeper.isOnline(userId));
    const pages: UserId[][] = [here];
    for (let from = 0; from < elsewhere.length; from += READ_MAX) {
      pages.push(await this.#read(elsewhere.slice(from, from + READ_MAX)));
    }
    return pages.flat();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#lookTimer);
    this.#client.end();
  }

  async #read(userIds: readonly UserId[]): Promise<UserId[]> {
    const { keyPrefix, timing } = this.#options;
    for (;;) {
      const [ageMs, online] = (await this.#client.run(READ, keyPrefix, userIds)) as [number, UserId[]];
      if (ageMs >= timing.settleMs) return online;
      await delay(timing.settleMs - ageMs);
    }
  }

  #lookIn(ms: number): NodeJS.Timeout {
    const timer = setTimeout(() => {
      if (this.#isClosed) return;
      if (this.#client.isConnected) {
        this.#keeper.look();
        this.#reap();
      }
      this.#lookTimer = this.#lookIn(this.#isFading ? this.#options.timing.fadeMs : this.#options.timing.lookMs);
    }, ms);
    timer.unref();
    return timer;
  }

  #reap(): void {
    if (this.#isReaping) return;
    this.#isReaping = true;
    this.#reapOnce()
      .catch((error: unknown) => this.#failed(error))
      .finally(() => {
        this.#isReaping = false;
      });
  }

  async #reapOnce(): Promise<void> {
    const { keyPrefix, timing, changed } = this.#options;
    const words = [timing.leaseMs, timing.spreadMs, REAP_MAX];
    const [fading, order, went] = (await this.#client.run(REAP, keyPrefix, words)) as [
      0 | 1,
      number,
      (string | number)[],
    ];
    this.#isFading = fading === 1;
    for (let index = 0; index < went.length; index += 2) {
      const at = Number(went[index + 1]);
      changed({ userId: went[index] as UserId, online: false, at, order });
    }
  }

  /** A server that is away is told of elsewhere, once. */
  #failed(error: unknown): void {
    if (!this.#isClosed && error instanceof Error && isRefusal(error.cause)) this.#options.failed(error);
  }
}
