import type { ChannelId, UserId } from '../../domain/identifier.ts';
import type { Membership } from '../../domain/membership.ts';
import type { Write } from './batch.ts';

const COLUMNS = 'kind, id, user_id, role, joined_at, joined_sequence, joined_messages, standing';
const JOIN = `(${COLUMNS}) VALUES ('channel', ?, ?, ?, ?, ?, ?, ?) USING TIMESTAMP ?`;
const WHERE = "WHERE kind = 'channel' AND id = ? AND user_id = ?";
const LEAVE = `USING TIMESTAMP ? ${WHERE}`;
const INHERIT = `USING TIMESTAMP ? SET role = 'OWNER' ${WHERE}`;

/** The same on both sides: who is a member of the channel, and what the user is a member of. */
function onBothSides(
  [ofChannel, ofUser]: readonly [string, string],
  parameters: Write['parameters'],
  channelId: ChannelId,
  userId: UserId,
): readonly Write[] {
  return [
    { cql: ofChannel, parameters, group: `members ${channelId}` },
    { cql: ofUser, parameters, group: `user ${userId}` },
  ];
}

const INSERTS = [`INSERT INTO members ${JOIN}`, `INSERT INTO memberships ${JOIN}`] as const;
const DELETES = [`DELETE FROM members ${LEAVE}`, `DELETE FROM memberships ${LEAVE}`] as const;
const UPDATES = [`UPDATE members ${INHERIT}`, `UPDATE memberships ${INHERIT}`] as const;

export function join(member: Membership): readonly Write[] {
  const { channelId, userId, role, joinedAt, joinedSequence, joinedMessages, standing } = member;
  const own = [channelId, userId, role, joinedAt, joinedSequence, joinedMessages, standing];
  return onBothSides(INSERTS, [...own, joinedSequence], channelId, userId);
}

export const leave = (channelId: ChannelId, userId: UserId, sequence: number): readonly Write[] =>
  onBothSides(DELETES, [sequence, channelId, userId], channelId, userId);

export const inherit = (channelId: ChannelId, userId: UserId, sequence: number): readonly Write[] =>
  onBothSides(UPDATES, [sequence, channelId, userId], channelId, userId);
