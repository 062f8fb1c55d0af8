import type { KnownMessage } from '../../domain/channel-view.ts';
import { channelOfMessage, type MessageId } from '../../domain/identifier.ts';
import type { Events } from '../events.ts';
import { bucketOf } from './bucket.ts';
import { messageOf, positionOf, SENT_COLUMNS, type SentRow } from './event-row.ts';
import type { Heads } from './heads.ts';
import { History } from './history.ts';
import { KeyedReads } from './keyed-reads.ts';
import { MessagePages } from './message-pages.ts';
import type { Session } from './session.ts';

const AT = 'WHERE channel_id = ? AND bucket = ? AND sequence = ?';
const COUNTS = ['messages', 'changes'].map((table) => `SELECT messages FROM ${table} ${AT}`);
const SENT = `SELECT ${SENT_COLUMNS} FROM messages WHERE channel_id = ? AND bucket = ? AND sequence IN ?`;

export function createEvents(session: Session, heads: Heads): Events {
  const sequences = new KeyedReads<{ readonly sequence: number }>(
    session,
    'SELECT sequence FROM message_sequences',
    'message_id',
  );
  const history = new History(session);

  const messagesAt: Events['messagesAt'] = async (channelId, sequence) => {
    const parameters = [channelId, bucketOf(sequence), sequence];
    const read = await Promise.all(COUNTS.map((cql) => session.rows<{ readonly messages: number }>(cql, parameters)));
    return read.flat()[0]?.messages ?? null;
  };
  const pages = new MessagePages(session, heads, async (channelId, sequence) => {
    const messages = await messagesAt(channelId, sequence);
    if (messages === null) throw new Error(`${channelId} has no event ${sequence}`);
    return messages;
  });

  return {
    after: (channelId, sequence, limit) => history.after(channelId, sequence, limit),
    async before(channelId, sequence, limit) {
      const end = await heads.end(channelId);
      if (end === null) return [];
      const below = sequence ?? Number.MAX_SAFE_INTEGER;
      const bucket = Math.min(end.bucket, bucketOf(below - 1));
      return history.before(channelId, { sequence: below, bucket, limit });
    },
    messages: (channelId, range) => pages.page(channelId, range),
    async messageAt(channelId, sequence) {
      const [message] = await history.messagesAt(channelId, [sequence]);
      return message ?? null;
    },
    async messagesById(channelId, ids) {
      const own = ids.filter((id) => channelOfMessage(id) === channelId);
      const found = (await sequences.rows(own)).map(({ sequence }) => sequence);
      const buckets = [...Map.groupBy(found, bucketOf)];
      const read = await Promise.all(
        buckets.map(([bucket, each]) => session.rows<SentRow>(SENT, [channelId, bucket, each])),
      );
      return new Map(
        read.flat().map((row): [MessageId, KnownMessage] => {
          return [row.message_id, { message: messageOf(channelId, row), position: positionOf(row) }];
        }),
      );
    },
    messagesAt,
  };
}
