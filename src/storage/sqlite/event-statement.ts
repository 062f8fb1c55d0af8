import type { MessageSent, SequencedEvent } from '../../domain/event.ts';
import type { StoredMessage } from '../../domain/message.ts';
import type { SqlValue, Statement } from '../../sqlite/statement.ts';
import type { Left } from './event-row.ts';

const INSERT = `INSERT INTO events (channel_id, sequence, kind, at, messages, command_id,
  epoch, log_partition, log_offset, part, parts`;
/** Keeps what is there. Where that is another command's, the whole batch fails: to leave this one out would be to lose it without a word. */
const KEEP = `ON CONFLICT (channel_id, sequence) DO UPDATE SET sequence = NULL
  WHERE command_id <> excluded.command_id OR part <> excluded.part`;
const INSERT_MESSAGE = `${INSERT}, message_id, sender_id, text, reply_to, digest, created_at, edited_at, deleted_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const INSERT_SENT = `${INSERT_MESSAGE} ${KEEP}`;
const INSERT_NEW = `${INSERT_MESSAGE} ON CONFLICT DO NOTHING`;
const INSERT_CHANGED = `${INSERT}, message_sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${KEEP}`;
const INSERT_MEMBER = `${INSERT}, member) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ${KEEP}`;

/** Stores the event where it is not stored yet; changes one row then, and none otherwise. Fails where another event has its sequence. */
export function insertEvent(event: SequencedEvent): Statement {
  const base = baseOf(event);
  switch (event.kind) {
    case 'MessageSent':
      return { sql: INSERT_SENT, parameters: [...base, ...contentOf(event.message)] };
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

/** Changes no row where the message is stored already, at whatever sequence. */
export const insertNewMessage = (event: MessageSent): Statement => ({
  sql: INSERT_NEW,
  parameters: [...baseOf(event), ...contentOf(event.message)],
});

function baseOf(event: SequencedEvent): readonly SqlValue[] {
  const { channelId, sequence, kind, at, messages, commandId, position, part, parts } = event;
  const { epoch, partition, offset } = position;
  return [channelId, sequence, kind, at, messages, commandId, epoch, partition, offset, part, parts];
}

const contentOf = (message: StoredMessage): readonly SqlValue[] => {
  const { id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt } = message;
  return [id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt];
};
