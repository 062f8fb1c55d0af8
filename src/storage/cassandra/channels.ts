import type { ChannelKind, Delivery } from '../../domain/channel.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import type { Creation } from '../../domain/sequencer.ts';
import type { Channels, StoredChannel } from '../channels.ts';
import type { Write } from './batch.ts';
import type { Heads } from './heads.ts';
import { KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface ChannelRow {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  readonly name: string | null;
  readonly delivery: Delivery;
  readonly created_at: number;
  readonly epoch: string;
  readonly log_partition: number;
  readonly log_offset: number;
}

const CREATE = `INSERT INTO channels (id, kind, name, delivery, created_at, epoch, log_partition, log_offset)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP 0`;

export function insertChannel({ channel, position }: Creation): Write {
  const { id, kind, name, delivery, createdAt } = channel;
  const { epoch, partition, offset } = position;
  return {
    cql: CREATE,
    parameters: [id, kind, name ?? undefined, delivery, createdAt, epoch, partition, offset],
    group: `channel ${id}`,
  };
}

export function createChannels(session: Session, heads: Heads): Channels {
  const rows = new KeyedReads<ChannelRow>(
    session,
    'SELECT id, kind, name, delivery, created_at, epoch, log_partition, log_offset FROM channels',
    'id',
  );

  return {
    async byIds(ids) {
      return new Map((await rows.rows(ids)).map((row) => [row.id, channelOf(row)]));
    },
    heads: (ids) => heads.of(ids),
  };
}

const channelOf = (row: ChannelRow): StoredChannel => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  delivery: row.delivery,
  createdAt: row.created_at,
  created: { epoch: row.epoch, partition: row.log_partition, offset: row.log_offset },
});
