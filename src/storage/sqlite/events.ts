import type { ChannelId } from '../../domain/identifier.ts';
import type { StoredMessage } from '../../domain/message.ts';
import type { Position } from '../../domain/position.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Events } from '../events.ts';
import { EVENT_COLUMNS, type EventRow, eventOf, MESSAGE_COLUMNS, type MessageRow, messageOf } from './event-row.ts';
import { LIMIT } from './limit.ts';

type KnownRow = readonly [position: string, ...message: MessageRow];

const PAGE = `SELECT ${MESSAGE_COLUMNS} FROM events INDEXED BY events_messages
  WHERE channel_id = ? AND sequence > ? AND sequence < ? AND message_id IS NOT NULL`;

export function createEvents(database: Database): Events {
  const after = database.tuples<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE channel_id = ? AND sequence > ? ORDER BY sequence ${LIMIT}`,
  );
  const before = database.tuples<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM events WHERE channel_id = ? AND sequence < ? ORDER BY sequence DESC ${LIMIT}`,
  );
  const oldest = database.tuples<MessageRow>(`${PAGE} ORDER BY sequence ${LIMIT}`);
  const newest = database.tuples<MessageRow>(`${PAGE} ORDER BY sequence DESC ${LIMIT}`);
  const at = database.tuples<MessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM events WHERE channel_id = ? AND sequence = ? AND message_id IS NOT NULL`,
  );
  const byId = database.tuples<KnownRow>(
    `SELECT json_object('epoch', epoch, 'partition', log_partition, 'offset', log_offset), ${MESSAGE_COLUMNS}
      FROM json_each(?) AS wanted CROSS JOIN events ON message_id = wanted.value WHERE channel_id = ?`,
  );
  const messages = database.query<{ readonly messages: number }>(
    'SELECT messages FROM events WHERE channel_id = ? AND sequence = ?',
  );

  const messageAt = (channelId: ChannelId, sequence: number): StoredMessage | null => {
    const row = at.get(channelId, sequence);
    return row === undefined ? null : messageOf(channelId, row);
  };
  const eventsOf = (channelId: ChannelId, rows: readonly EventRow[]) =>
    rows.map((row) => eventOf(channelId, row, (sequence) => messageAt(channelId, sequence)));

  return {
    after: async (channelId, sequence, limit) => eventsOf(channelId, after.all(channelId, sequence, limit)),
    before: async (channelId, sequence, limit) =>
      eventsOf(channelId, before.all(channelId, sequence ?? Number.MAX_SAFE_INTEGER, limit)),
    async messages(channelId, range) {
      const query = range.from === 'oldest' ? oldest : newest;
      const rows = query.all(channelId, range.after ?? 0, range.before ?? Number.MAX_SAFE_INTEGER, range.limit);
      const page = rows.map((row) => messageOf(channelId, row));
      return range.from === 'oldest' ? page : page.reverse();
    },
    messageAt: async (channelId, sequence) => messageAt(channelId, sequence),
    async messagesById(channelId, ids) {
      const rows = byId.all(JSON.stringify(ids), channelId);
      return new Map(
        rows.map(([position, ...row]) => {
          const message = messageOf(channelId, row);
          return [message.id, { message, position: JSON.parse(position) as Position }];
        }),
      );
    },
    messagesAt: async (channelId, sequence) => messages.get(channelId, sequence)?.messages ?? null,
  };
}
