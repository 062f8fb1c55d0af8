import type { ChannelId, UserId } from '../../domain/identifier.ts';
import type { Membership, Role } from '../../domain/membership.ts';
import type { Memberships } from '../memberships.ts';
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
const COUNT = "SELECT count(*) AS channels FROM memberships WHERE user_id = ? AND kind = 'channel'";
const CHANNELS = "SELECT id FROM memberships WHERE user_id = ? AND kind = 'channel'";

export function createMemberships(session: Session): Memberships {
  const channelsOf = async (userId: UserId): Promise<readonly ChannelId[]> =>
    (await session.rows<{ readonly id: ChannelId }>(CHANNELS, [userId])).map(({ id }) => id);

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
      const counted = await Promise.all(
        [...new Set(userIds)].map(async (userId) => {
          const [row] = await session.rows<{ readonly channels: number }>(COUNT, [userId]);
          return [userId, row?.channels ?? 0] as const;
        }),
      );
      return new Map(counted.filter(([, channels]) => channels > 0));
    },
    async sharing(viewerId, userIds) {
      const own = new Set(await channelsOf(viewerId));
      if (own.size === 0) return new Set();
      const shared = await Promise.all(
        [...new Set(userIds)].map(async (userId) =>
          (await channelsOf(userId)).some((channelId) => own.has(channelId)) ? [userId] : [],
        ),
      );
      return new Set(shared.flat());
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
