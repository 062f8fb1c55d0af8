import type { SequencedEvent } from '../../domain/event.ts';
import type { ChannelId, CommandId, MessageId, UserId } from '../../domain/identifier.ts';
import type { Membership } from '../../domain/membership.ts';
import type { StoredMessage } from '../../domain/message.ts';

/** A message as it is now. */
export interface MessageRow {
  readonly sequence: number;
  readonly message_id: MessageId;
  readonly sender_id: UserId;
  readonly text: string;
  readonly reply_to: MessageId | null;
  readonly digest: string;
  readonly created_at: number;
  readonly edited_at: number | null;
  readonly deleted_at: number | null;
}

export const MESSAGE_COLUMNS =
  'sequence, message_id, sender_id, text, reply_to, digest, created_at, edited_at, deleted_at';

interface OriginRow {
  readonly sequence: number;
  readonly at: number;
  readonly messages: number;
  readonly command_id: CommandId;
  readonly epoch: string;
  readonly log_partition: number;
  readonly log_offset: number;
  readonly part: number;
  readonly parts: number;
}

const ORIGIN_COLUMNS = 'at, messages, command_id, epoch, log_partition, log_offset, part, parts';

export type SentRow = MessageRow & OriginRow;

export const SENT_COLUMNS = `${MESSAGE_COLUMNS}, ${ORIGIN_COLUMNS}`;

export type ChangeRow = OriginRow &
  (
    | { readonly kind: 'MessageEdited' | 'MessageDeleted'; readonly message_sequence: number }
    /** JSON: the membership of who joined, or {@link Left}. */
    | { readonly kind: 'MemberJoined' | 'MemberLeft'; readonly member: string }
  );

export const CHANGE_COLUMNS = `sequence, kind, message_sequence, member, ${ORIGIN_COLUMNS}`;

/** Who left, and who inherits: the JSON of a MemberLeft. */
export interface Left {
  readonly userId: UserId;
  readonly successorId: UserId | null;
}

export const messageOf = (channelId: ChannelId, row: MessageRow): StoredMessage => ({
  id: row.message_id,
  channelId,
  sequence: row.sequence,
  senderId: row.sender_id,
  text: row.text,
  replyTo: row.reply_to,
  digest: row.digest,
  createdAt: row.created_at,
  editedAt: row.edited_at,
  deletedAt: row.deleted_at,
});

export const positionOf = (row: OriginRow) => ({
  epoch: row.epoch,
  partition: row.log_partition,
  offset: row.log_offset,
});

/** `messageAt` gives the message that an edit or a deletion was about. */
export function eventOf(
  channelId: ChannelId,
  row: SentRow | ChangeRow,
  messageAt: (sequence: number) => StoredMessage,
): SequencedEvent {
  const { sequence, at, messages, command_id: commandId, part, parts } = row;
  const base = { channelId, sequence, at, messages, commandId, position: positionOf(row), part, parts };
  if (!('kind' in row)) return { ...base, kind: 'MessageSent', message: messageOf(channelId, row) };
  switch (row.kind) {
    case 'MessageEdited':
    case 'MessageDeleted':
      return { ...base, kind: row.kind, message: messageAt(row.message_sequence) };
    case 'MemberJoined':
      return { ...base, kind: row.kind, membership: JSON.parse(row.member) as Membership };
    case 'MemberLeft':
      return { ...base, kind: row.kind, ...(JSON.parse(row.member) as Left) };
  }
}
