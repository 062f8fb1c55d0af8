import type { SequencedEvent } from '../../domain/event.ts';
import type { ChannelId, CommandId, MessageId, UserId } from '../../domain/identifier.ts';
import type { Membership } from '../../domain/membership.ts';
import type { StoredMessage } from '../../domain/message.ts';

type Content = readonly [
  id: MessageId,
  senderId: UserId,
  text: string,
  replyTo: MessageId | null,
  digest: string,
  createdAt: number,
  editedAt: number | null,
  deletedAt: number | null,
];

/** What a message is, in its MessageSent row. In the order of {@link MESSAGE_COLUMNS}. */
export type MessageRow = readonly [sequence: number, ...content: Content];

export const MESSAGE_COLUMNS =
  'sequence, message_id, sender_id, text, reply_to, digest, created_at, edited_at, deleted_at';

type Base<Kind extends SequencedEvent['kind'], Subject> = readonly [
  kind: Kind,
  sequence: number,
  at: number,
  messages: number,
  commandId: CommandId,
  epoch: string,
  partition: number,
  offset: number,
  part: number,
  parts: number,
  /** The sequence of the message that was changed; or JSON: the membership of who joined, or {@link Left}. */
  subject: Subject,
];
/** In the order of {@link EVENT_COLUMNS}. */
export type EventRow =
  | readonly [...Base<'MessageSent', null>, ...Content]
  | readonly [...Base<'MessageEdited' | 'MessageDeleted', number>, ...null[]]
  | readonly [...Base<'MemberJoined' | 'MemberLeft', string>, ...null[]];

export const EVENT_COLUMNS = `kind, sequence, at, messages, command_id, epoch, log_partition, log_offset, part, parts,
  ifnull(message_sequence, member), message_id, sender_id, text, reply_to, digest, created_at, edited_at, deleted_at`;

export function messageOf(channelId: ChannelId, row: MessageRow): StoredMessage {
  const [sequence, id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt] = row;
  return { id, channelId, sequence, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt };
}

/** Who left, and who inherits: the JSON of a MemberLeft. */
export interface Left {
  readonly userId: UserId;
  readonly successorId: UserId | null;
}

/** `messageAt` looks up the message that an edit or a deletion was about. */
export function eventOf(
  channelId: ChannelId,
  row: EventRow,
  messageAt: (sequence: number) => StoredMessage | null,
): SequencedEvent {
  const [, sequence, at, messages, commandId, epoch, partition, offset, part, parts] = row;
  const position = { epoch, partition, offset };
  const base = { channelId, sequence, at, messages, commandId, position, part, parts };
  switch (row[0]) {
    case 'MessageSent': {
      const [, , , , , , , , , , , id, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt] = row;
      const message = { id, channelId, sequence, senderId, text, replyTo, digest, createdAt, editedAt, deletedAt };
      return { ...base, kind: row[0], message };
    }
    case 'MessageEdited':
    case 'MessageDeleted': {
      const message = messageAt(row[10]);
      if (message === null) throw new Error(`${channelId} has no message ${row[10]}`);
      return { ...base, kind: row[0], message };
    }
    case 'MemberJoined':
      return { ...base, kind: row[0], membership: JSON.parse(row[10]) as Membership };
    case 'MemberLeft':
      return { ...base, kind: row[0], ...(JSON.parse(row[10]) as Left) };
  }
}
