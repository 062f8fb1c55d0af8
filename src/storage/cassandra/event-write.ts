import type { SequencedEvent } from '../../domain/event.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import { groupsOfFew, type Write } from './batch.ts';
import { bucketOf } from './bucket.ts';
import type { Left } from './event-row.ts';

const ORIGIN = 'channel_id, bucket, sequence, at, messages, command_id, epoch, log_partition, log_offset, part, parts';
const INSERT_MESSAGE = `INSERT INTO messages
  (${ORIGIN}, message_id, sender_id, text, reply_to, digest, created_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const INSERT_CHANGE = `INSERT INTO changes (${ORIGIN}, kind, message_sequence, member)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const INSERT_SEQUENCE = 'INSERT INTO message_sequences (message_id, sequence) VALUES (?, ?) USING TIMESTAMP ?';
const EDIT = `UPDATE messages USING TIMESTAMP ? SET text = ?, edited_at = ?
  WHERE channel_id = ? AND bucket = ? AND sequence = ?`;
const DELETE = `UPDATE messages USING TIMESTAMP ? SET text = '', deleted_at = ?
  WHERE channel_id = ? AND bucket = ? AND sequence = ?`;

const CLOSE = 'UPDATE messages USING TIMESTAMP ? SET closed = true WHERE channel_id = ? AND bucket = ?';

const groupOf = (channelId: ChannelId, bucket: number): string => `history ${channelId} ${bucket}`;

export function insertEvent(event: SequencedEvent): Write {
  const { channelId, sequence, at, messages, commandId, position, part, parts } = event;
  const bucket = bucketOf(sequence);
  const { epoch, partition: logPartition, offset } = position;
  const origin = [channelId, bucket, sequence, at, messages, commandId, epoch, logPartition, offset, part, parts];
  const group = groupOf(channelId, bucket);
  switch (event.kind) {
    case 'MessageSent': {
      const { id, senderId, text, replyTo, digest, createdAt } = event.message;
      const own = [id, senderId, text, replyTo ?? undefined, digest, createdAt];
      return { cql: INSERT_MESSAGE, parameters: [...origin, ...own, sequence], group };
    }
    case 'MessageEdited':
    case 'MessageDeleted': {
      const own = [event.kind, event.message.sequence, undefined];
      return { cql: INSERT_CHANGE, parameters: [...origin, ...own, sequence], group };
    }
    case 'MemberJoined':
    case 'MemberLeft': {
      const own = [event.kind, undefined, JSON.stringify(memberOf(event))];
      return { cql: INSERT_CHANGE, parameters: [...origin, ...own, sequence], group };
    }
  }
}

/** The bucket before has a newer one from this event on. */
export function closeBucket({ channelId, sequence }: SequencedEvent): Write {
  const bucket = bucketOf(sequence) - 1;
  return { cql: CLOSE, parameters: [sequence, channelId, bucket], group: groupOf(channelId, bucket) };
}

/** Where messages can be found by their ids. */
export const insertSequences = (events: readonly SequencedEvent[]): readonly Write[] =>
  events
    .filter((event) => event.kind === 'MessageSent')
    .map(({ message: { id }, sequence }, index) => ({
      cql: INSERT_SEQUENCE,
      parameters: [id, sequence, sequence],
      group: groupsOfFew('sequences', index),
    }));

function memberOf(event: Extract<SequencedEvent, { kind: 'MemberJoined' | 'MemberLeft' }>) {
  if (event.kind === 'MemberJoined') return event.membership;
  const left: Left = { userId: event.userId, successorId: event.successorId };
  return left;
}

/** What an edit or a deletion changes in the message itself, and nothing of what another one changed. */
export function changeMessage(event: Extract<SequencedEvent, { kind: 'MessageEdited' | 'MessageDeleted' }>): Write {
  const { channelId, sequence, message } = event;
  const bucket = bucketOf(message.sequence);
  const group = groupOf(channelId, bucket);
  const where = [channelId, bucket, message.sequence];
  return event.kind === 'MessageEdited'
    ? { cql: EDIT, parameters: [sequence, message.text, event.at, ...where], group }
    : { cql: DELETE, parameters: [sequence, event.at, ...where], group };
}
