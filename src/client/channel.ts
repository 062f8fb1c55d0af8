import type { ChannelKind, ChannelPartsFragment, Delivery, Role } from '../../schema/generated/client.ts';
import type { ChannelEvent } from './event.ts';
import type { User } from './session.ts';

/** A channel as its member sees it. */
export interface Channel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly delivery: Delivery;
  /** The group's name, or the other person's. */
  readonly title: string;
  /** The other person of a direct channel. */
  readonly peer: User | null;
  readonly memberCount: number;
  readonly role: Role;
  /** Messages that the viewer has not read. */
  readonly unread: number;
  /** Up to this sequence everything has been read, on any device. */
  readonly readUpTo: number;
  /** The newest sequence that is known. */
  readonly head: number;
}

/** What is kept of a channel beside what is shown. */
export interface ChannelRecord extends Channel {
  /** Events up to here are in `unread` already, since the server counted them. */
  readonly countedUpTo: number;
  /** Rises with each event: the highest is the most recently active. */
  readonly activity: number;
}

/**
 * @param position the newest sequence whose event has come, or will not come since it is older than this record
 */
export function recordFrom(
  parts: ChannelPartsFragment,
  position: number,
  activity: number,
  viewerId: string,
): ChannelRecord {
  const { id, kind, delivery, name, unread, membership, members } = parts;
  const peer =
    kind === 'DIRECT' ? members.edges.map(({ node }) => node.user).find((user) => user.id !== viewerId) : undefined;
  return {
    id,
    kind,
    delivery,
    title: name ?? peer?.name ?? 'Direct chat',
    peer: peer ?? null,
    memberCount: members.totalCount,
    role: membership.role,
    unread,
    readUpTo: membership.readUpTo,
    head: position,
    countedUpTo: Math.max(parts.head, position),
    activity,
  };
}

/** The server has been asked again. What it does not know of yet has been counted here. */
export function refreshed(
  channel: ChannelRecord,
  parts: ChannelPartsFragment,
  activity: number,
  viewerId: string,
): ChannelRecord {
  const next = recordFrom(parts, channel.head, activity, viewerId);
  if (parts.head >= channel.head) return next;
  const { unread, readUpTo, memberCount } = channel;
  return { ...next, unread, readUpTo, memberCount };
}

/** Events come in order, each once. `activity` is higher than that of any other channel. */
export function withEvent(
  channel: ChannelRecord,
  event: ChannelEvent,
  viewerId: string,
  activity: number,
): ChannelRecord {
  const head = event.sequence ?? channel.head;
  const moved = { ...channel, head, activity: event.sequence === null ? channel.activity : activity };
  switch (event.__typename) {
    case 'MessageSent':
      return withMessage({ ...moved, activity }, event.sequence, event.message.sender.id === viewerId);
    case 'MemberJoined':
      return { ...moved, memberCount: moved.memberCount + (isCounted(channel, event) ? 0 : 1) };
    case 'MemberLeft':
      return {
        ...moved,
        memberCount: moved.memberCount - (isCounted(channel, event) ? 0 : 1),
        role: event.newOwner?.id === viewerId ? 'OWNER' : moved.role,
      };
    default:
      return moved;
  }
}

/** The viewer has read up to there, here or on another device. `left` is how many messages come after, where that is known. */
export function withCheckpoint(channel: ChannelRecord, readUpTo: number, left: number | null): ChannelRecord {
  if (readUpTo < channel.readUpTo) return channel;
  const unread = readUpTo >= channel.head ? 0 : (left ?? channel.unread);
  return { ...channel, readUpTo, unread };
}

function withMessage(channel: ChannelRecord, sequence: number | null, isOwn: boolean): ChannelRecord {
  if (sequence === null || sequence <= channel.countedUpTo) return channel;
  // Sending moves the sender's own checkpoint.
  if (isOwn) return { ...channel, unread: 0, readUpTo: sequence };
  return sequence <= channel.readUpTo ? channel : { ...channel, unread: channel.unread + 1 };
}

const isCounted = ({ countedUpTo }: ChannelRecord, { sequence }: ChannelEvent): boolean =>
  (sequence ?? 0) <= countedUpTo;
