import { Redis } from 'ioredis';

/** Redis' own counters: publishes so far, and the nodes that listen to a channel. */
export class RedisCounters {
  readonly #redis: Redis;

  constructor(url: string) {
    this.#redis = new Redis(url, { lazyConnect: false, maxRetriesPerRequest: 1 });
    // A failed call rejects; there is nothing more to say.
    this.#redis.on('error', () => {});
  }

  async publishes(): Promise<number> {
    const statistics = await this.#redis.info('commandstats');
    return Number(/^cmdstat_publish:calls=(\d+)/m.exec(statistics)?.[1] ?? 0);
  }

  /** On average over the channels: who gets a push for one publish. */
  async listenersPerChannel(groups: readonly string[]): Promise<number> {
    let listeners = 0;
    for (const group of groups) {
      const topics = (await this.#redis.pubsub('CHANNELS', `*${group}*`)) as string[];
      const counts = topics.length === 0 ? [] : ((await this.#redis.pubsub('NUMSUB', ...topics)) as unknown[]);
      listeners += counts.reduce<number>((sum, count, index) => sum + (index % 2 === 1 ? Number(count) : 0), 0);
    }
    return listeners / groups.length;
  }

  close(): void {
    this.#redis.disconnect();
  }
}
