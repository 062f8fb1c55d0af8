import type { Channel } from './channel.ts';
import { type ChannelView, isTakenAbove, knownBelow, takenAt } from './channel-view.ts';
import type {
  AddMembers,
  Command,
  CreateChannel,
  DeleteMessage,
  EditMessage,
  LeaveChannel,
  RemoveMember,
  SendMessage,
} from './command.ts';
import type { SequencedEvent } from './event.ts';
import type { MessageId, UserId } from './identifier.ts';
import { firstStanding, joinStanding, MEMBERS_MAX, type Membership } from './membership.ts';
import type { StoredMessage } from './message.ts';
import { accepted, type Outcome, refused } from './outcome.ts';
import type { Position } from './position.ts';

/** A command at its place in the log. */
export interface LogRecord {
  readonly position: Position;
  readonly command: Command;
  /** Absent where the log held the command when it gave it. */
  readonly append?: PendingAppend;
}

/** Of a command that the log gave before it held it for certain. Nobody may be told of what comes of it before that is known. */
export interface PendingAppend {
  /** Settles when it is known. Never rejects. */
  readonly ended: Promise<void>;
  /** The log was not seen to take the command, and its sender was told so: from now on it must not be given an effect. */
  readonly isLost: boolean;
}

export interface Creation {
  readonly channel: Channel;
  readonly members: readonly Membership[];
  readonly position: Position;
}

/** What one command does: what to store and push, and what its sender is told. */
export interface Decision {
  readonly outcome: Outcome;
  readonly creation: Creation | null;
  readonly events: readonly SequencedEvent[];
}

/**
 * Decides one command. A pure function of the view (what the log below this position made of the channel) and the
 * record, so that a replay, a second owner or one that was paused gives every message the same sequence.
 *
 * Where the store already holds later decisions (`view.taken`), this command was decided before them: the events at its
 * position are its answer, and where there are none it changed nothing then and changes nothing now. Each record is
 * decided once by a view, in the order of the log; what it decides is applied to the view before the next.
 */
export function decide(view: ChannelView, record: LogRecord): Decision {
  const { command, position } = record;
  const rows = takenAt(view, position);
  if (rows.length > 0 && rows.length === rows[0]?.parts) return decidedBefore(view, command, rows);
  if (command.kind === 'CreateChannel') return decideCreation(view, command, position);
  if (view.recent.has(command.id)) return repeated(view, command);
  if (isTakenAbove(view, position)) return undetermined();
  const channel = view.channel;
  if (channel === null || !view.members.has(command.actorId)) {
    return refuse('NOT_FOUND', 'No such channel.');
  }
  return decideFor(view, channel, command, position);
}

/** What only the first run knew, with members and messages as they were: the sender asks again, for a new decision. */
const undetermined = (): Decision => refuse('UNAVAILABLE', 'The outcome is not known: send the same again.');

const refuse = (...refusal: Parameters<typeof refused>): Decision => ({
  outcome: refused(...refusal),
  creation: null,
  events: [],
});
const settle = (events: readonly SequencedEvent[], message: StoredMessage | null = null): Decision => ({
  outcome: accepted(message),
  creation: null,
  events,
});

/**
 * The first run's decision again. What rows say of a message is how it is now, which may be ahead or, where a crash came
 * between the row and the message, behind: what was decided is in the command.
 */
function decidedBefore(view: ChannelView, command: Command, rows: readonly SequencedEvent[]): Decision {
  const events = rows.map((row) => asDecided(view, command, row));
  const first = events[0];
  return settle(events, first !== undefined && 'message' in first ? first.message : null);
}

function asDecided(view: ChannelView, command: Command, row: SequencedEvent): SequencedEvent {
  if (!('message' in row)) return row;
  const message = view.messages.get(row.message.id)?.message ?? row.message;
  switch (command.kind) {
    case 'SendMessage':
      return { ...row, message: sent(command, row.sequence) };
    case 'EditMessage':
      return { ...row, message: edited(message, command) };
    case 'DeleteMessage':
      return { ...row, message: deleted(message, command) };
    default:
      return row;
  }
}

/** The log can hold a command twice: its append was repeated because the first answer was lost. */
function repeated(view: ChannelView, command: Command): Decision {
  return settle([], 'messageId' in command ? (view.messages.get(command.messageId)?.message ?? null) : null);
}

function decideCreation(view: ChannelView, command: CreateChannel, position: Position): Decision {
  if (view.created !== null) return settle([]);
  if (command.memberIds.length > MEMBERS_MAX)
    return refuse('GROUP_FULL', `A group has at most ${MEMBERS_MAX} members.`);
  const { channelId, at } = command;
  const channel: Channel = {
    id: channelId,
    kind: command.channelKind,
    name: command.name,
    delivery: command.delivery,
    createdAt: at,
  };
  const members = command.memberIds.map(
    (userId, index): Membership => ({
      channelId,
      userId,
      role: command.channelKind === 'GROUP' && userId === command.actorId ? 'OWNER' : 'MEMBER',
      joinedAt: at,
      joinedSequence: 0,
      joinedMessages: 0,
      standing: firstStanding(index),
    }),
  );
  return { outcome: accepted(), creation: { channel, members, position }, events: [] };
}

function decideFor(
  view: ChannelView,
  channel: Channel,
  command: Exclude<Command, CreateChannel>,
  position: Position,
): Decision {
  switch (command.kind) {
    case 'SendMessage':
      return decideSend(view, channel, command, position);
    case 'EditMessage':
      return decideEdit(view, command, position);
    case 'DeleteMessage':
      return decideDelete(view, command, position);
    case 'AddMembers':
      return decideAdd(view, channel, command, position);
    case 'RemoveMember':
      return decideRemove(view, channel, command, position);
    case 'LeaveChannel':
      return decideLeave(view, channel, command, position);
  }
}

/** What every event of a command shares; `sequence` and `messages` follow the head. */
function sequenced(view: ChannelView, command: Command, position: Position, part = 0, parts = 1) {
  return {
    channelId: command.channelId,
    sequence: view.head.sequence + 1 + part,
    at: command.at,
    messages: view.head.messages,
    commandId: command.id,
    position,
    part,
    parts,
  };
}

function decideSend(view: ChannelView, channel: Channel, command: SendMessage, position: Position): Decision {
  if (channel.delivery === 'EPHEMERAL') {
    return refuse('BAD_USER_INPUT', 'Messages of this channel are not stored.', 'channelId');
  }
  const existing = knownBelow(view, command.messageId, position);
  if (existing !== null) {
    return existing.digest === command.digest
      ? settle([], existing)
      : refuse('CONFLICT', 'Another message was sent under this nonce.', 'nonce');
  }
  if (command.replyTo !== null && knownBelow(view, command.replyTo, position) === null) {
    return refuse('BAD_USER_INPUT', 'No such message in this channel.', 'replyTo');
  }
  const base = sequenced(view, command, position);
  const message = sent(command, base.sequence);
  return settle([{ ...base, messages: base.messages + 1, kind: 'MessageSent', message }], message);
}

const sent = (command: SendMessage, sequence: number): StoredMessage => ({
  id: command.messageId,
  channelId: command.channelId,
  sequence,
  senderId: command.actorId,
  text: command.text,
  replyTo: command.replyTo,
  digest: command.digest,
  createdAt: command.at,
  editedAt: null,
  deletedAt: null,
});
const edited = (message: StoredMessage, command: EditMessage): StoredMessage => ({
  ...message,
  text: command.text,
  editedAt: command.at,
  deletedAt: null,
});
const deleted = (message: StoredMessage, command: DeleteMessage): StoredMessage => ({
  ...message,
  text: '',
  deletedAt: command.at,
});

/** The message that the actor may change, or why not. */
function ownMessage(view: ChannelView, id: MessageId, actor: UserId, position: Position): StoredMessage | Decision {
  const message = knownBelow(view, id, position);
  if (message === null) return refuse('NOT_FOUND', 'No such message.', 'messageId');
  if (message.senderId !== actor) return refuse('FORBIDDEN', 'Only its sender may change a message.');
  return message;
}

function decideEdit(view: ChannelView, command: EditMessage, position: Position): Decision {
  const message = ownMessage(view, command.messageId, command.actorId, position);
  if ('outcome' in message) return message;
  if (message.deletedAt !== null) return refuse('CONFLICT', 'The message has been deleted.', 'messageId');
  if (message.text === command.text) return settle([], message);
  const now = edited(message, command);
  return settle([{ ...sequenced(view, command, position), kind: 'MessageEdited', message: now }], now);
}

function decideDelete(view: ChannelView, command: DeleteMessage, position: Position): Decision {
  const message = ownMessage(view, command.messageId, command.actorId, position);
  if ('outcome' in message) return message;
  if (message.deletedAt !== null) return settle([], message);
  const now = deleted(message, command);
  return settle([{ ...sequenced(view, command, position), kind: 'MessageDeleted', message: now }], now);
}

const DIRECT_IS_FIXED = 'A direct channel is between two people for good.';

function decideAdd(view: ChannelView, channel: Channel, command: AddMembers, position: Position): Decision {
  if (channel.kind === 'DIRECT') return refuse('BAD_USER_INPUT', DIRECT_IS_FIXED, 'channelId');
  const joining = [...new Set(command.userIds)].filter((userId) => !view.members.has(userId));
  if (view.members.size + joining.length > MEMBERS_MAX) {
    return refuse('GROUP_FULL', `A group has at most ${MEMBERS_MAX} members.`, 'userIds');
  }
  const events = joining.map((userId, part): SequencedEvent => {
    const base = sequenced(view, command, position, part, joining.length);
    const membership: Membership = {
      channelId: command.channelId,
      userId,
      role: 'MEMBER',
      joinedAt: command.at,
      joinedSequence: base.sequence,
      joinedMessages: base.messages,
      standing: joinStanding(base.sequence),
    };
    return { ...base, kind: 'MemberJoined', membership };
  });
  return settle(events);
}

function decideRemove(view: ChannelView, channel: Channel, command: RemoveMember, position: Position): Decision {
  if (channel.kind === 'DIRECT') return refuse('BAD_USER_INPUT', DIRECT_IS_FIXED, 'channelId');
  if (view.members.get(command.actorId)?.role !== 'OWNER')
    return refuse('FORBIDDEN', 'Only the owner removes members.');
  if (command.userId === command.actorId) {
    return refuse('BAD_USER_INPUT', 'An owner leaves with leaveChannel.', 'userId');
  }
  if (!view.members.has(command.userId)) return refuse('NOT_FOUND', 'No such member.', 'userId');
  const base = sequenced(view, command, position);
  return settle([{ ...base, kind: 'MemberLeft', userId: command.userId, successorId: null }]);
}

function decideLeave(view: ChannelView, channel: Channel, command: LeaveChannel, position: Position): Decision {
  if (channel.kind === 'DIRECT') return refuse('BAD_USER_INPUT', DIRECT_IS_FIXED, 'channelId');
  const leaver = view.members.get(command.actorId);
  const rest = [...view.members.values()].filter((member) => member.userId !== command.actorId);
  const successor = leaver?.role === 'OWNER' ? rest.sort((one, other) => one.standing - other.standing)[0] : undefined;
  const base = sequenced(view, command, position);
  return settle([{ ...base, kind: 'MemberLeft', userId: command.actorId, successorId: successor?.userId ?? null }]);
}
