import type { ChannelKind, Delivery } from '../../domain/channel.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Channels, StoredChannel } from '../channels.ts';

interface ChannelRow {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string | null;
  readonly delivery: Delivery;
  readonly createdAt: number;
  readonly epoch: string;
  readonly partition: number;
  readonly offset: number;
}
interface HeadRow {
  readonly id: ChannelId;
  readonly sequence: number;
  readonly messages: number;
  readonly activeAt: number;
}

export function createChannels(database: Database): Channels {
  const byIds = database.query<ChannelRow>(
    `SELECT channels.id, kind, name, delivery, created_at AS createdAt,
        epoch, log_partition AS "partition", log_offset AS "offset"
      FROM json_each(?) AS wanted CROSS JOIN channels ON channels.id = wanted.value`,
  );
  const heads = database.query<HeadRow>(
    `SELECT channels.id, ifnull(newest.sequence, 0) AS sequence, ifnull(newest.messages, 0) AS messages,
        ifnull(newest.at, channels.created_at) AS activeAt
      FROM json_each(?) AS wanted CROSS JOIN channels ON channels.id = wanted.value
      LEFT JOIN events AS newest ON newest.channel_id = channels.id
        AND newest.sequence = (SELECT max(sequence) FROM events WHERE channel_id = channels.id)`,
  );

  return {
    async byIds(ids) {
      return new Map(byIds.all(JSON.stringify(ids)).map((row) => [row.id, channelOf(row)]));
    },
    async heads(ids) {
      const rows = heads.all(JSON.stringify(ids));
      return new Map(rows.map(({ id, sequence, messages, activeAt }) => [id, { sequence, messages, activeAt }]));
    },
  };
}

const channelOf = (row: ChannelRow): StoredChannel => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  delivery: row.delivery,
  createdAt: row.createdAt,
  created: { epoch: row.epoch, partition: row.partition, offset: row.offset },
});
