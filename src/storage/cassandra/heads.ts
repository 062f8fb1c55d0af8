import { LRUCache } from 'lru-cache';
import { LIMITS } from '../../config/limits.ts';
import type { Head } from '../../domain/channel.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import type { Write } from './batch.ts';
import { bucketOf } from './bucket.ts';
import { KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface HeadRow {
  readonly channel_id: ChannelId;
  readonly sequence: number;
  readonly messages: number;
  readonly active_at: number;
}

const MOVE = 'INSERT INTO heads (channel_id, sequence, messages, active_at) VALUES (?, ?, ?, ?) USING TIMESTAMP ?';

/** A max-register: safe to repeat and to do late. */
export const moveHead = (channelId: ChannelId, { sequence, messages, activeAt }: Head): Write => ({
  cql: MOVE,
  parameters: [channelId, sequence, messages, activeAt, sequence],
  group: `channel ${channelId}`,
});

export class Heads {
  readonly #rows: KeyedReads<HeadRow>;
  readonly #remembered = new LRUCache<ChannelId, number>({ max: LIMITS.cassandra.headsRememberedMax });

  constructor(session: Session) {
    this.#rows = new KeyedReads(session, 'SELECT channel_id, sequence, messages, active_at FROM heads', 'channel_id');
  }

  async of(channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Head>> {
    const rows = await this.#rows.rows(channelIds);
    for (const { channel_id, sequence } of rows) this.#remember(channel_id, sequence);
    return new Map(
      rows.map(({ channel_id, sequence, messages, active_at }) => [
        channel_id,
        { sequence, messages, activeAt: active_at },
      ]),
    );
  }

  /** A bucket that the channel has come to, whether or not it has come further since. */
  remembered(channelId: ChannelId): number | undefined {
    return this.#remembered.get(channelId);
  }

  #remember(channelId: ChannelId, sequence: number): void {
    const bucket = bucketOf(sequence);
    if (bucket >= (this.#remembered.peek(channelId) ?? 0)) this.#remembered.set(channelId, bucket);
  }

  /** How far the channel has come and the highest bucket that it may have rows in; null where there is no channel. */
  async end(channelId: ChannelId): Promise<{ readonly head: Head; readonly bucket: number } | null> {
    const head = (await this.of([channelId])).get(channelId);
    // Rows come before the head that counts them, but never of two buckets.
    return head === undefined ? null : { head, bucket: bucketOf(head.sequence + 1) };
  }
}
