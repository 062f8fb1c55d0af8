import { randomUUID } from 'node:crypto';
import type { ChannelId } from '../domain/identifier.ts';
import type { Outage, PubSub } from '../pubsub/pubsub.ts';
import { HEADS_REQUESTS, type HeadsReport, headsReportTopic } from '../pubsub/topics.ts';

/** What was noted just before the connection was last seen alive may have come just after. */
const MARGIN_MS = 1_000;

/** What the sequencers say of the time of an outage. */
export class MissedHeads {
  readonly #heads = new Map<ChannelId, number>();
  readonly #answered = new Map<number, boolean>();
  #partitions = Number.POSITIVE_INFINITY;

  /** The newest sequence that was published of each channel that changed. */
  get heads(): ReadonlyMap<ChannelId, number> {
    return this.#heads;
  }

  get isAnswered(): boolean {
    return this.#answered.size >= this.#partitions;
  }

  /** Whether a channel of the partition that is not among {@link heads} has not changed. */
  covers(partition: number): boolean {
    return this.#answered.get(partition) === true;
  }

  take({ partition, partitions, isComplete, heads }: HeadsReport): void {
    this.#partitions = partitions;
    // Where two take themselves for the reader of a partition, one may know what the other does not.
    this.#answered.set(partition, isComplete && this.#answered.get(partition) !== false);
    for (const [channelId, head] of heads) this.#heads.set(channelId, Math.max(head, this.#heads.get(channelId) ?? 0));
  }
}

/**
 * Asks all sequencers which channels changed since an outage began. Resolves when every partition's has answered, or with what has
 * come in time. Rejects where the bus is away.
 */
export async function askForHeads(
  pubsub: Pick<PubSub, 'subscribe' | 'publish'>,
  { shard, aliveAt }: Outage,
  waitMs: number,
): Promise<MissedHeads> {
  const missed = new MissedHeads();
  const { promise, resolve } = Promise.withResolvers<void>();
  const replyTo = randomUUID();
  const unsubscribe = await pubsub.subscribe(headsReportTopic(replyTo), (report) => {
    missed.take(report);
    if (missed.isAnswered) resolve();
  });
  const timer = setTimeout(resolve, waitMs);
  try {
    const withinMs = performance.now() - aliveAt + MARGIN_MS;
    const sequencers = await pubsub.publish(HEADS_REQUESTS, { replyTo, shard, withinMs });
    if (sequencers > 0) await promise;
    return missed;
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}
