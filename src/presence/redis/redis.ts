import type { UserId } from '../../domain/identifier.ts';
import type { PubSub } from '../../pubsub/pubsub.ts';
import { redisName } from '../../redis/address.ts';
import type { RedisTls } from '../../redis/client-options.ts';
import { createRendezvous } from '../../redis/rendezvous.ts';
import type { Presence, PresenceChange } from '../presence.ts';
import { ChangePublisher } from './publisher.ts';
import { Shard, type ShardChange } from './shard.ts';
import { timingFor } from './timing.ts';
import { Watchers } from './watchers.ts';

export interface RedisPresenceOptions {
  /** As for the bus: the same servers on every node, spelled alike. Users are shared out over all of them. */
  readonly urls: readonly string[];
  readonly tls?: RedisTls | null;
  /** Every key begins with it. */
  readonly prefix: string;
  /** A user is online for so long after the last sign. The same on every node. */
  readonly ttlMs: number;
  /** This node's name, for whoever looks at the keys. */
  readonly node: string;
  /** Carries the changes to those who asked. Not closed with presence. */
  readonly pubsub: PubSub;
  readonly limits: {
    /** Of each server: calls that it has not answered yet. */
    readonly presenceCallsPendingMax: number;
  };
  /** Told of what nobody waits for: a server that is away, what a listener threw. Must not throw. */
  readonly failed: (error: unknown) => void;
}

/** Who is online, for many nodes: each shows itself with one lease a server, and says who comes and who goes. */
export const createRedisPresence = (options: RedisPresenceOptions): Presence => new RedisPresence(options);

class RedisPresence implements Presence {
  readonly #failed: (error: unknown) => void;
  readonly #shards: readonly Shard[];
  readonly #indexOf: (userId: string) => number;
  readonly #watchers: Watchers;
  readonly #publisher: ChangePublisher;
  readonly #offline = new Set<(change: PresenceChange) => void>();

  constructor({ urls, tls = null, prefix, ttlMs, node, pubsub, limits, failed }: RedisPresenceOptions) {
    const names = urls.map(redisName);
    this.#failed = failed;
    this.#indexOf = createRendezvous(names);
    this.#watchers = new Watchers({ pubsub, online: (userIds) => this.online(userIds), failed, now: Date.now });
    this.#publisher = new ChangePublisher(pubsub);
    this.#shards = urls.map(
      (url, index) =>
        new Shard({
          ...{ url, tls, node, failed, now: Date.now },
          name: names[index] ?? url,
          keyPrefix: `${prefix}presence:`,
          callsPendingMax: limits.presenceCallsPendingMax,
          timing: timingFor(ttlMs),
          changed: (change) => this.#changed(change),
        }),
    );
  }

  async keep(userIds: Iterable<UserId>): Promise<void> {
    await this.#onEach(userIds, (shard, own) => shard.keep(own));
  }

  async online(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>> {
    const online = await this.#onEach(userIds, (shard, own) => shard.online(own));
    return new Set(online.flat());
  }

  watch(userId: UserId, listener: (change: PresenceChange) => void): Promise<() => void> {
    return this.#watchers.watch(userId, listener);
  }

  onOffline(listener: (change: PresenceChange) => void): void {
    this.#offline.add(listener);
  }

  /** Those whom this node kept go offline when its lease has run out, unless another node keeps them by then. */
  async close(): Promise<void> {
    this.#offline.clear();
    this.#watchers.close();
    this.#publisher.close();
    for (const shard of this.#shards) shard.close();
  }

  /** All shards do their part before it rejects with what the first of them rejected with. */
  async #onEach<Result>(
    userIds: Iterable<UserId>,
    act: (shard: Shard, userIds: readonly UserId[]) => Promise<Result>,
  ): Promise<readonly Result[]> {
    const parts = this.#shards.map((): UserId[] => []);
    for (const userId of userIds) parts[this.#indexOf(userId)]?.push(userId);
    const acting = this.#shards.map(async (shard, index) => act(shard, parts[index] ?? []));
    await Promise.allSettled(acting);
    return await Promise.all(acting);
  }

  #changed({ userId, online, at, order }: ShardChange): void {
    this.#publisher.publish(userId, { online, at, order });
    if (online) return;
    for (const listener of this.#offline) {
      try {
        listener({ userId, online, at });
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
