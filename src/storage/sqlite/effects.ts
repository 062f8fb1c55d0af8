import type { MessageSent, SequencedEvent } from '../../domain/event.ts';
import type { Membership } from '../../domain/membership.ts';
import type { StoredMessage } from '../../domain/message.ts';
import type { Creation } from '../../domain/sequencer.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Statement } from '../../sqlite/statement.ts';
import type { Effects } from '../effects.ts';
import { moveCheckpoint } from './checkpoints.ts';
import { insertEvent, insertNewMessage } from './event-statement.ts';

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
    async storeNew({ events }) {
      const changes = await database.write(events.flatMap(newMessageOf), 'ordered');
      return changes[changes.length - STATEMENTS_PER_NEW_MESSAGE] !== 0;
    },
  };
}

const STATEMENTS_PER_NEW_MESSAGE = 2;

/** Its row, where the row before it was written, and what follows from it. */
function newMessageOf(event: SequencedEvent, index: number): readonly Statement[] {
  if (event.kind !== 'MessageSent') throw new Error(`A ${event.kind} is no new message.`);
  const at = index * STATEMENTS_PER_NEW_MESSAGE;
  const row = insertNewMessage(event);
  return [
    index === 0 ? row : { ...row, given: at - STATEMENTS_PER_NEW_MESSAGE },
    { ...checkpointOf(event), given: at },
  ];
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
    case 'MessageSent':
      return [row, checkpointOf(event)];
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

const checkpointOf = ({ channelId, sequence, messages, message }: MessageSent): Statement =>
  moveCheckpoint(message.senderId, channelId, { sequence, messages });

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
