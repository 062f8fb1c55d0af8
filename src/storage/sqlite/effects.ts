import type { SequencedEvent } from '../../domain/event.ts';
import type { Membership } from '../../domain/membership.ts';
import type { StoredMessage } from '../../domain/message.ts';
import type { Creation } from '../../domain/sequencer.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Statement } from '../../sqlite/statement.ts';
import type { Effects } from '../effects.ts';
import { moveCheckpoint } from './checkpoints.ts';
import { insertEvent } from './event-statement.ts';

const CREATE = `INSERT INTO channels
  (id, kind, name, delivery, created_at, epoch, log_partition, log_offset) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;
const JOIN = `INSERT OR REPLACE INTO memberships
  (channel_id, user_id, role, joined_at, joined_sequence, joined_messages, standing) VALUES (?, ?, ?, ?, ?, ?, ?)`;
const LEAVE = 'DELETE FROM memberships WHERE channel_id = ? AND user_id = ?';
const INHERIT = "UPDATE memberships SET role = 'OWNER' WHERE channel_id = ? AND user_id = ?";
const CHANGE = 'UPDATE events SET text = ?, edited_at = ?, deleted_at = ? WHERE channel_id = ? AND sequence = ?';

export function createEffects(database: Database): Effects {
  return {
    async store({ creation, events }) {
      const batch = creation === null ? [] : creationOf(creation);
      for (const event of events) batch.push(...eventOf(event, batch.length));
      // Their commands are in the log, synced before them or with them: after a power failure a replay writes the same again.
      await database.write(batch, 'ordered');
    },
  };
}

function creationOf({ channel, members, position }: Creation): Statement[] {
  const { id, kind, name, delivery, createdAt } = channel;
  const { epoch, partition, offset } = position;
  const create = { sql: CREATE, parameters: [id, kind, name, delivery, createdAt, epoch, partition, offset] };
  return [create, ...members.map((member) => ({ ...join(member), given: 0 }))];
}

/**
 * A row that is there already had its effect: since row and effect are written in one commit, only a new row changes
 * anything. `index` is where the row's statement comes in the batch.
 */
function eventOf(event: SequencedEvent, index: number): readonly Statement[] {
  const row = insertEvent(event);
  const { channelId } = event;
  switch (event.kind) {
    case 'MessageSent': {
      const checkpoint = { sequence: event.sequence, messages: event.messages };
      return [row, moveCheckpoint(event.message.senderId, channelId, checkpoint)];
    }
    case 'MessageEdited':
    case 'MessageDeleted':
      return [row, { ...change(event.message), given: index }];
    case 'MemberJoined':
      return [row, { ...join(event.membership), given: index }];
    case 'MemberLeft': {
      const leave = { sql: LEAVE, parameters: [channelId, event.userId], given: index };
      if (event.successorId === null) return [row, leave];
      return [row, leave, { sql: INHERIT, parameters: [channelId, event.successorId], given: index }];
    }
  }
}

const join = (member: Membership): Statement => ({
  sql: JOIN,
  parameters: [
    member.channelId,
    member.userId,
    member.role,
    member.joinedAt,
    member.joinedSequence,
    member.joinedMessages,
    member.standing,
  ],
});

const change = ({ text, editedAt, deletedAt, channelId, sequence }: StoredMessage): Statement => ({
  sql: CHANGE,
  parameters: [text, editedAt, deletedAt, channelId, sequence],
});
