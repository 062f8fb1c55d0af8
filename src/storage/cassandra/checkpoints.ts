import { LIMITS } from '../../config/limits.ts';
import type { Checkpoint } from '../../domain/checkpoint.ts';
import type { ChannelId, UserId } from '../../domain/identifier.ts';
import type { Checkpoints } from '../checkpoints.ts';
import type { Write } from './batch.ts';
import { chunksOf, KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface CheckpointRow extends Checkpoint {
  readonly user_id: UserId;
  readonly channel_id: ChannelId;
}

const MOVE = 'INSERT INTO checkpoints (user_id, channel_id, sequence, messages) VALUES (?, ?, ?, ?) USING TIMESTAMP ?';
const SELECT = 'SELECT user_id, channel_id, sequence, messages FROM checkpoints';

/** A max-register: the sequence is the write's timestamp too. Safe to repeat and to do late. */
export const moveCheckpoint = (userId: UserId, channelId: ChannelId, { sequence, messages }: Checkpoint): Write => ({
  cql: MOVE,
  parameters: [userId, channelId, sequence, messages, sequence],
  group: `user ${userId}`,
});

export function createCheckpoints(session: Session): Checkpoints {
  const ofMembers = new KeyedReads<CheckpointRow>(session, SELECT, 'user_id', 'AND channel_id = ?');

  const of: Checkpoints['of'] = async (userId, channelIds) => {
    const pages = chunksOf(channelIds, LIMITS.cassandra.rowsPerReadMax);
    const read = await Promise.all(
      pages.map((page) =>
        session.rows<CheckpointRow>(`${SELECT} WHERE user_id = ? AND channel_id IN ?`, [userId, page]),
      ),
    );
    return new Map(read.flat().map((row) => [row.channel_id, checkpointOf(row)]));
  };

  return {
    async move(userId, channelId, checkpoint) {
      const kept = (await of(userId, [channelId])).get(channelId);
      if (kept !== undefined && kept.sequence >= checkpoint.sequence) return false;
      await session.write([moveCheckpoint(userId, channelId, checkpoint)]);
      return true;
    },
    of,
    async ofMembers(channelId, userIds) {
      const rows = await ofMembers.rows(userIds, channelId);
      return new Map(rows.map((row) => [row.user_id, checkpointOf(row)]));
    },
  };
}

const checkpointOf = ({ sequence, messages }: CheckpointRow): Checkpoint => ({ sequence, messages });
