import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ChannelId, UserId } from '../../domain/identifier.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Statement } from '../../sqlite/statement.ts';
import type { Checkpoints } from '../checkpoints.ts';

interface CheckpointRow extends Checkpoint {
  readonly channelId: ChannelId;
  readonly userId: UserId;
}

const MOVE = `INSERT INTO checkpoints (user_id, channel_id, sequence, messages) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET sequence = excluded.sequence, messages = excluded.messages
  WHERE excluded.sequence > checkpoints.sequence`;

/** A max-register: safe to repeat and to do late. */
export const moveCheckpoint = (userId: UserId, channelId: ChannelId, checkpoint: Checkpoint): Statement => ({
  sql: MOVE,
  parameters: [userId, channelId, checkpoint.sequence, checkpoint.messages],
});

export function createCheckpoints(database: Database): Checkpoints {
  const ofUser = database.query<CheckpointRow>(
    `SELECT channel_id AS channelId, user_id AS userId, sequence, messages FROM json_each(?) AS wanted
      CROSS JOIN checkpoints ON user_id = ? AND channel_id = wanted.value`,
  );
  const ofMembers = database.query<CheckpointRow>(
    `SELECT channel_id AS channelId, user_id AS userId, sequence, messages FROM json_each(?) AS wanted
      CROSS JOIN checkpoints ON user_id = wanted.value AND channel_id = ?`,
  );

  return {
    async move(userId, channelId, checkpoint) {
      const [moved] = await database.write([moveCheckpoint(userId, channelId, checkpoint)]);
      return moved === 1;
    },
    async of(userId, channelIds) {
      const rows = ofUser.all(JSON.stringify(channelIds), userId);
      return new Map(rows.map((row) => [row.channelId, checkpointOf(row)]));
    },
    async ofMembers(channelId, userIds) {
      const rows = ofMembers.all(JSON.stringify(userIds), channelId);
      return new Map(rows.map((row) => [row.userId, checkpointOf(row)]));
    },
  };
}

const checkpointOf = ({ sequence, messages }: CheckpointRow): Checkpoint => ({ sequence, messages });
