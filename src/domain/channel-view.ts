import type { Channel, Head } from './channel.ts';
import type { SequencedEvent } from './event.ts';
import type { CommandId, MessageId, UserId } from './identifier.ts';
import type { Membership } from './membership.ts';
import type { StoredMessage } from './message.ts';
import { isBelow, isSamePosition, type Position } from './position.ts';

/** A message and the position of the command that sent it. */
export interface KnownMessage {
  readonly message: StoredMessage;
  readonly position: Position;
}

/**
 * How many of a channel's newest events are searched for a command that the log holds twice. A window in sequences, not
 * in time or memory, so that every owner of the channel draws the same line.
 */
export const REPEAT_WINDOW_EVENTS = 256;

/**
 * What the sequencer knows of one channel while it owns it: a function of the log up to where it has read. `decide`
 * only looks at it; `applyEvents` and `applyCreation` move it on.
 */
export interface ChannelView {
  channel: Channel | null;
  /** The position of the command that created the channel. */
  created: Position | null;
  head: Head;
  readonly members: Map<UserId, Membership>;
  /** The messages that the commands at hand name, as far as they exist. */
  readonly messages: Map<MessageId, KnownMessage>;
  /** Commands behind the newest {@link REPEAT_WINDOW_EVENTS} events. */
  readonly recent: RecentCommands;
  /**
   * Decisions that the store held already when it was read, at or above the position that it was read for: in channel
   * order, without a hole from the head of then on. While there are any, members and messages may be ahead of the head.
   */
  taken: readonly SequencedEvent[];
}

/** Which commands made the newest {@link REPEAT_WINDOW_EVENTS} events. */
export class RecentCommands {
  /** With the sequence of the newest event that each made. */
  readonly #sequenceByCommand = new Map<CommandId, number>();
  /** Event `sequence` stands at its remainder by the window: each takes the place of the one that leaves the window. */
  readonly #ring: CommandId[] = [];

  /** In channel order. */
  add(event: SequencedEvent): void {
    const place = event.sequence % REPEAT_WINDOW_EVENTS;
    const leaving = this.#ring[place];
    if (leaving !== undefined) {
      const newest = this.#sequenceByCommand.get(leaving) ?? 0;
      if (newest <= event.sequence - REPEAT_WINDOW_EVENTS) this.#sequenceByCommand.delete(leaving);
    }
    this.#ring[place] = event.commandId;
    this.#sequenceByCommand.set(event.commandId, event.sequence);
  }

  has(command: CommandId): boolean {
    return this.#sequenceByCommand.has(command);
  }
}

export const emptyView = (): ChannelView => ({
  channel: null,
  created: null,
  head: { sequence: 0, messages: 0, activeAt: 0 },
  members: new Map(),
  messages: new Map(),
  recent: new RecentCommands(),
  taken: [],
});

export function applyCreation(view: ChannelView, channel: Channel, members: readonly Membership[], at: Position): void {
  view.channel = channel;
  view.created = at;
  view.head = { sequence: 0, messages: 0, activeAt: channel.createdAt };
  for (const member of members) view.members.set(member.userId, member);
}

export function applyEvents(view: ChannelView, events: readonly SequencedEvent[]): void {
  for (const event of events) {
    applyEvent(view, event);
    view.recent.add(event);
    view.head = headAfter(event);
  }
  const highest = view.taken.at(-1);
  if (highest !== undefined && highest.sequence <= view.head.sequence) view.taken = [];
}

export const headAfter = (event: SequencedEvent): Head => ({
  sequence: event.sequence,
  messages: event.messages,
  activeAt: event.at,
});

function applyEvent(view: ChannelView, event: SequencedEvent): void {
  switch (event.kind) {
    case 'MessageSent':
      view.messages.set(event.message.id, { message: event.message, position: event.position });
      return;
    case 'MessageEdited':
    case 'MessageDeleted': {
      const known = view.messages.get(event.message.id);
      if (known !== undefined) view.messages.set(event.message.id, { ...known, message: event.message });
      return;
    }
    case 'MemberJoined':
      view.members.set(event.membership.userId, event.membership);
      return;
    case 'MemberLeft': {
      view.members.delete(event.userId);
      const successor = event.successorId === null ? undefined : view.members.get(event.successorId);
      if (successor !== undefined) view.members.set(successor.userId, { ...successor, role: 'OWNER' });
      return;
    }
  }
}

/** The message as the decision at a position may see it: what a later command sent does not exist yet. */
export function knownBelow(view: ChannelView, id: MessageId, mark: Position): StoredMessage | null {
  const known = view.messages.get(id);
  return known !== undefined && isBelow(known.position, mark) ? known.message : null;
}

/** The events that the store holds for the command at a position, whether all or only some of them. */
export function takenAt(view: ChannelView, position: Position): readonly SequencedEvent[] {
  const start = view.head.sequence + 1 - (view.taken[0]?.sequence ?? 0);
  let end = start;
  for (let row = view.taken[end]; row !== undefined && isSamePosition(row.position, position); row = view.taken[end]) {
    end += 1;
  }
  return view.taken.slice(start, end);
}

/** True while the store holds a decision of a later command, so that the one at this position has been decided before. */
export function isTakenAbove(view: ChannelView, position: Position): boolean {
  const highest = view.taken.at(-1);
  return highest !== undefined && isBelow(position, highest.position);
}
