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
import { isBelow, isSamePosition, type Position } from './position.ts';

/** A command at its place in the log. */
export interface LogRecord {
  readonly position: Position;
  readonly command: Command;
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
 * position are its answer, and where there are none it changed nothing then and changes nothing now.
 */
export function decide(view: ChannelView, record: LogRecord): Decision {
  const { command, position } = record;
  const rows = takenAt(view, position);
  if (rows.length > 0 && rows.length === rows[0]?.parts) return decidedBefore(view, rows);
  if (command.kind === 'CreateChannel') return decideCreation(view, command, position);
  const repeat = repeated(view, command);
  if (repeat !== null) return repeat;
  const channel = view.channel;
  if (channel === null || !view.members.has(command.actorId)) {
    return isTakenAbove(view, position) ? undetermined() : refuse('NOT_FOUND', 'No such channel.', 'channelId');
  }
  const decision = decideFor(view, channel, command, position);
  return isTakenAbove(view, position) && decision.events.length > 0 ? undetermined() : decision;
}

/** What only the first run knew: the sender asks again and gets a decision of its own. */
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

function decidedBefore(view: ChannelView, rows: readonly SequencedEvent[]): Decision {
  const first = rows[0];
  const id = first !== undefined && 'message' in first ? first.message.id : null;
  const now = id === null ? null : (view.messages.get(id)?.message ?? null);
  return settle(rows, now ?? (first !== undefined && 'message' in first ? first.message : null));
}

/** The log can hold a command twice: its append was repeated because the first answer was lost. */
function repeated(view: ChannelView, command: Command): Decision | null {
  const messageId = view.recent.messageOf(command.id);
  if (messageId === undefined || command.kind === 'SendMessage') return null;
  return settle([], messageId === null ? null : (view.messages.get(messageId)?.message ?? null));
}

function decideCreation(view: ChannelView, command: CreateChannel, position: Position): Decision {
  if (view.created !== null && !isSamePosition(view.created, position) && isBelow(view.created, position)) {
    return settle([]);
  }
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
  const message: StoredMessage = {
    id: command.messageId,
    channelId: command.channelId,
    sequence: base.sequence,
    senderId: command.actorId,
    text: command.text,
    replyTo: command.replyTo,
    digest: command.digest,
    createdAt: command.at,
    editedAt: null,
    deletedAt: null,
  };
  return settle([{ ...base, messages: base.messages + 1, kind: 'MessageSent', message }], message);
}

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
  const edited = { ...message, text: command.text, editedAt: command.at };
  return settle([{ ...sequenced(view, command, position), kind: 'MessageEdited', message: edited }], edited);
}

function decideDelete(view: ChannelView, command: DeleteMessage, position: Position): Decision {
  const message = ownMessage(view, command.messageId, command.actorId, position);
  if ('outcome' in message) return message;
  if (message.deletedAt !== null) return settle([], message);
  const deleted = { ...message, text: '', deletedAt: command.at };
  return settle([{ ...sequenced(view, command, position), kind: 'MessageDeleted', message: deleted }], deleted);
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
