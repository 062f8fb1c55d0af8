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

  constructor(session: Session) {
    this.#rows = new KeyedReads(session, 'SELECT channel_id, sequence, messages, active_at FROM heads', 'channel_id');
  }

  async of(channelIds: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Head>> {
    const rows = await this.#rows.rows(channelIds);
    return new Map(
      rows.map(({ channel_id, sequence, messages, active_at }) => [
        channel_id,
        { sequence, messages, activeAt: active_at },
      ]),
    );
  }

  /** How far the channel has come and the highest bucket that it may have rows in; null where there is no channel. */
  async end(channelId: ChannelId): Promise<{ readonly head: Head; readonly bucket: number } | null> {
    const head = (await this.of([channelId])).get(channelId);
    // Rows come before the head that counts them, but never of two buckets.
    return head === undefined ? null : { head, bucket: bucketOf(head.sequence + 1) };
  }
}
