import type { SequencedEvent } from '../../domain/event.ts';
import type { Statement } from '../../sqlite/statement.ts';
import type { Left } from './event-row.ts';

const INSERT = `INSERT INTO events (channel_id, sequence, kind, at, messages, command_id,
  epoch, log_partition, log_offset, part, parts`;
const KEEP = 'ON CONFLICT (channel_id, sequence) DO NOTHING';
const INSERT_SENT = `${INSERT}, message_id, sender_id, text, reply_to, digest, created_at, edited_at, deleted_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${KEEP}`;
const INSERT_CHANGED = `${INSERT}, message_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${KEEP}`;
const INSERT_MEMBER = `${INSERT}, member) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${KEEP}`;

/** Stores the event where it is not stored yet; changes one row then, and none otherwise. */
export function insertEvent(event: SequencedEvent): Statement {
  const { channelId, sequence, kind, at, messages, commandId, position, part, parts } = event;
  const { epoch, partition, offset } = position;
  const base = [channelId, sequence, kind, at, messages, commandId, epoch, partition, offset, part, parts];
  switch (event.kind) {
    case 'MessageSent': {
      const { id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt } = event.message;
      const own = [id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt];
      return { sql: INSERT_SENT, parameters: [...base, ...own] };
    }
    case 'MessageEdited':
    case 'MessageDeleted':
      return { sql: INSERT_CHANGED, parameters: [...base, event.message.sequence] };
    case 'MemberJoined':
      return { sql: INSERT_MEMBER, parameters: [...base, JSON.stringify(event.membership)] };
    case 'MemberLeft': {
      const left: Left = { userId: event.userId, successorId: event.successorId };
      return { sql: INSERT_MEMBER, parameters: [...base, JSON.stringify(left)] };
    }
  }
}
