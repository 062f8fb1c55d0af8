import { setImmediate as turn } from 'node:timers/promises';
import type { UserId } from '../../domain/identifier.ts';
import type { Membership } from '../../domain/membership.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Memberships } from '../memberships.ts';

/** Of a search through memberships, before others have their turn: a few milliseconds. */
const STEPS_PER_TURN = 5_000;

const MEMBERSHIP = `channel_id AS channelId, user_id AS userId, role, joined_at AS joinedAt,
  joined_sequence AS joinedSequence, joined_messages AS joinedMessages, standing`;

export function createMemberships(database: Database): Memberships {
  const find = database.query<Membership>(`SELECT ${MEMBERSHIP} FROM memberships WHERE channel_id = ? AND user_id = ?`);
  const ofChannel = database.query<Membership>(
    `SELECT ${MEMBERSHIP} FROM memberships WHERE channel_id = ? ORDER BY standing`,
  );
  const ofUser = database.query<Membership>(`SELECT ${MEMBERSHIP} FROM memberships WHERE user_id = ?`);
  const counts = database.query<{ readonly userId: UserId; readonly channels: number }>(
    `SELECT user_id AS userId, count(*) AS channels FROM json_each(?) AS wanted
      CROSS JOIN memberships ON user_id = wanted.value GROUP BY user_id`,
  );
  // Each pair costs as many steps as the one of the two who is in fewer channels is in.
  const sharing = database.query<{ readonly userId: UserId }>(
    `SELECT wanted.value AS userId FROM json_each(?1) AS wanted WHERE CASE
      WHEN (SELECT count(*) FROM (SELECT 1 FROM memberships WHERE user_id = wanted.value LIMIT +?3)) < ?3 THEN EXISTS (
        SELECT 1 FROM memberships AS other
          CROSS JOIN memberships AS own ON own.channel_id = other.channel_id AND own.user_id = ?2
          WHERE other.user_id = wanted.value)
      ELSE EXISTS (
        SELECT 1 FROM memberships AS own
          CROSS JOIN memberships AS other ON other.channel_id = own.channel_id AND other.user_id = wanted.value
          WHERE own.user_id = ?2)
      END`,
  );

  return {
    async find(channelId, userId) {
      const row = find.get(channelId, userId);
      return row === undefined ? null : membershipOf(row);
    },
    ofChannel: async (channelId) => ofChannel.all(channelId).map(membershipOf),
    ofUser: async (userId) => ofUser.all(userId).map(membershipOf),
    async counts(userIds) {
      const distinct = [...new Set(userIds)];
      return new Map(counts.all(JSON.stringify(distinct)).map(({ userId, channels }) => [userId, channels]));
    },
    async sharing(viewerId, userIds) {
      const own = counts.get(JSON.stringify([viewerId]))?.channels ?? 0;
      const found = new Set<UserId>();
      if (own === 0) return found;
      const atOnce = Math.max(1, Math.floor(STEPS_PER_TURN / own));
      for (let from = 0; from < userIds.length; from += atOnce) {
        if (from > 0) await turn();
        const some = JSON.stringify(userIds.slice(from, from + atOnce));
        for (const { userId } of sharing.all(some, viewerId, own)) found.add(userId);
      }
      return found;
    },
  };
}

const membershipOf = (row: Membership): Membership => ({
  channelId: row.channelId,
  userId: row.userId,
  role: row.role,
  joinedAt: row.joinedAt,
  joinedSequence: row.joinedSequence,
  joinedMessages: row.joinedMessages,
  standing: row.standing,
});
