import { LIMITS } from '../../config/limits.ts';
import type { ChannelId, UserId } from '../../domain/identifier.ts';
import type { Membership, Role } from '../../domain/membership.ts';
import type { Memberships } from '../memberships.ts';
import { chunksOf, KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface MemberRow {
  readonly id: ChannelId;
  readonly user_id: UserId;
  readonly role: Role;
  readonly joined_at: number | null;
  readonly joined_sequence: number;
  readonly joined_messages: number;
  readonly standing: number;
}

const SELECT = 'SELECT id, user_id, role, joined_at, joined_sequence, joined_messages, standing';
const OF_CHANNEL = `${SELECT} FROM members WHERE kind = 'channel' AND id = ?`;
const FIND = `${OF_CHANNEL} AND user_id = ?`;
const OF_USER = `${SELECT} FROM memberships WHERE user_id = ? AND kind = 'channel'`;
const CHANNELS = "SELECT id FROM memberships WHERE user_id = ? AND kind = 'channel'";

export function createMemberships(session: Session): Memberships {
  const counts = new KeyedReads<{ readonly user_id: UserId; readonly channels: number }>(
    session,
    'SELECT user_id, count(*) AS channels FROM memberships',
    'user_id',
    "AND kind = 'channel' GROUP BY user_id",
  );
  /** One row for each who is in any of the channels. */
  const inAny = new KeyedReads<{ readonly user_id: UserId }>(
    session,
    'SELECT user_id FROM memberships',
    'user_id',
    "AND kind = 'channel' AND id IN ? PER PARTITION LIMIT 1",
  );

  return {
    async find(channelId, userId) {
      const [membership] = membershipsOf(await session.rows<MemberRow>(FIND, [channelId, userId]));
      return membership ?? null;
    },
    async ofChannel(channelId) {
      const members = membershipsOf(await session.rows<MemberRow>(OF_CHANNEL, [channelId]));
      return members.sort((one, other) => one.standing - other.standing);
    },
    ofUser: async (userId) => membershipsOf(await session.rows<MemberRow>(OF_USER, [userId])),
    async counts(userIds) {
      const rows = await counts.rows(userIds);
      return new Map(rows.map(({ user_id, channels }) => [user_id, channels]));
    },
    async sharing(viewerId, userIds) {
      const own = await session.rows<{ readonly id: ChannelId }>(CHANNELS, [viewerId]);
      const pages = chunksOf(own, LIMITS.cassandra.rowsPerReadMax).map((page) => page.map(({ id }) => id));
      const shared = await Promise.all(pages.map((page) => inAny.rows(userIds, page)));
      return new Set(shared.flat().map(({ user_id }) => user_id));
    },
  };
}

/** A row that has only inherited so far, its join still on the way from another node, is no membership yet. */
function membershipsOf(rows: readonly MemberRow[]): Membership[] {
  return rows.flatMap((row) =>
    row.joined_at === null
      ? []
      : {
          channelId: row.id,
          userId: row.user_id,
          role: row.role,
          joinedAt: row.joined_at,
          joinedSequence: row.joined_sequence,
          joinedMessages: row.joined_messages,
          standing: row.standing,
        },
  );
}
