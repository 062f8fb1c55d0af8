import { redisName } from '../../redis/address.ts';
import type { RedisTls } from '../../redis/client-options.ts';
import { createRendezvous } from '../../redis/rendezvous.ts';
import type { Outage, PubSub, Topic } from '../pubsub.ts';
import { Shard } from './shard.ts';

export interface RedisPubSubOptions {
  /**
   * `redis://` or `rediss://` (TLS), with user, password and database where needed. Topics are shared out over all of them;
   * every node must be given the same servers, spelled alike.
   */
  readonly urls: readonly string[];
  readonly tls?: RedisTls | null;
  /** Goes before every topic: clusters that share a server do not hear each other. */
  readonly prefix: string;
  /** Told of what nobody waits for: a server that is away, what a listener threw. Must not throw. */
  readonly failed: (error: unknown) => void;
  readonly limits: {
    /** A subscription waits so long for a server that is away. */
    readonly busWaitMs: number;
    /** Of each server: publications that it has not answered yet. */
    readonly busPendingBytesMax: number;
  };
}

export interface RedisPubSub extends PubSub {
  /** Topics that this node listens to. */
  readonly topics: number;
  /** Times that a connection was lost and found again. */
  readonly reconnects: number;
}

/**
 * For many nodes: publish and subscribe of one or several Redis servers. Nothing that Redis does ends the process or stays
 * pending: what can't be handed over is UNAVAILABLE, and connections are tried again for ever.
 */
export const createRedisPubSub = (options: RedisPubSubOptions): RedisPubSub => new ShardedPubSub(options);

class ShardedPubSub implements RedisPubSub {
  readonly #prefix: string;
  readonly #failed: (error: unknown) => void;
  readonly #names: readonly string[];
  readonly #shards: readonly Shard[];
  readonly #indexOf: (topic: string) => number;
  readonly #reconnectListeners = new Set<(outage: Outage) => void>();

  constructor({ urls, tls = null, prefix, failed, limits }: RedisPubSubOptions) {
    this.#prefix = prefix;
    this.#failed = failed;
    this.#names = urls.map(redisName);
    this.#indexOf = createRendezvous(this.#names);
    this.#shards = urls.map((url, index) => {
      const name = this.#names[index] ?? url;
      return new Shard({
        ...{ name, url, tls, failed },
        subscribeWaitMs: limits.busWaitMs,
        publishPendingBytesMax: limits.busPendingBytesMax,
        reconnected: (aliveAt) => this.#reconnected({ aliveAt, shard: name }),
      });
    });
  }

  get topics(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.topics, 0);
  }

  get reconnects(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.reconnects, 0);
  }

  shardOf(topic: Topic<unknown>): string {
    return this.#names[this.#indexOf(topic)] ?? '';
  }

  subscribe<Payload>(topic: Topic<Payload>, listener: (payload: Payload) => void): Promise<() => void> {
    return this.#shard(topic).subscribe(this.#prefix + topic, listener as (payload: unknown) => void);
  }

  publish<Payload>(topic: Topic<Payload>, payload: Payload): Promise<number> {
    return this.#shard(topic).publish(this.#prefix + topic, payload);
  }

  onReconnect(listener: (outage: Outage) => void): () => void {
    const own = (outage: Outage): void => listener(outage);
    this.#reconnectListeners.add(own);
    return () => this.#reconnectListeners.delete(own);
  }

  async close(): Promise<void> {
    this.#reconnectListeners.clear();
    for (const shard of this.#shards) shard.close();
  }

  #shard(topic: string): Shard {
    const shard = this.#shards[this.#indexOf(topic)];
    if (shard === undefined) throw new Error('A bus needs at least one server.');
    return shard;
  }

  #reconnected(outage: Outage): void {
    for (const listener of this.#reconnectListeners) {
      try {
        listener(outage);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
