import type { ClientMessagePartsFragment } from '../../schema/generated/client.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** A message as the server has it. */
export type Message = ClientMessagePartsFragment;

/**
 * What is known of a channel's messages: the newest ones, without a hole, back to some point. Events and pages of history may come in any order
 * that the two can have, and lead to the same list.
 */
export interface Timeline {
  /** By sequence; those of an EPHEMERAL channel, which have none, as they came. */
  readonly messages: readonly Message[];
  /** Whether history has been read; before that only what has just happened is here. */
  readonly isLoaded: boolean;
  /** Where history goes on to older messages; null where there are none or none has been read. */
  readonly before: string | null;
  /** Messages as edits and deletions left them, newest last: a page may have been read before. */
  readonly changes: readonly Message[];
}

export interface HistoryPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  readonly before: string | null;
}

export const EMPTY_TIMELINE: Timeline = Object.freeze({ messages: [], isLoaded: false, before: null, changes: [] });

export function withSent(timeline: Timeline, message: Message): Timeline {
  const messages = inserted(timeline.messages, message);
  if (timeline.isLoaded) return { ...timeline, messages };
  return { ...timeline, messages: messages.slice(-CLIENT_LIMITS.recentMessagesMax) };
}

/** After an edit or a deletion. */
export function withChange(timeline: Timeline, message: Message): Timeline {
  const others = timeline.changes.filter(({ id }) => id !== message.id);
  return {
    ...timeline,
    changes: [...others, message].slice(-CLIENT_LIMITS.changesMax),
    messages: timeline.messages.map((shown) => (shown.id === message.id ? message : withReply(shown, message))),
  };
}

/** With the newest page of history, or the next older one. What is here already has seen every event, and stays. */
export function withPage(timeline: Timeline, page: HistoryPage): Timeline {
  const known = new Set(timeline.messages.map(({ id }) => id));
  const changed = new Map(timeline.changes.map((message) => [message.id, message]));
  const older = page.messages
    .filter(({ id }) => !known.has(id))
    .map((message) => changed.get(message.id) ?? message)
    .map((message) => withReply(message, changed.get(message.replyTo?.id ?? '')));
  return { ...timeline, isLoaded: true, before: page.before, messages: merged(older, timeline.messages) };
}

const positionOf = ({ sequence }: Message): number => sequence ?? Number.POSITIVE_INFINITY;

function inserted(messages: readonly Message[], message: Message): readonly Message[] {
  const last = messages.at(-1);
  if (last === undefined || positionOf(last) < positionOf(message)) return [...messages, message];
  if (messages.some(({ id }) => id === message.id)) return messages;
  return merged(messages, [message]);
}

/** Both are in order. Of messages without a sequence the first stay first. */
function merged(first: readonly Message[], second: readonly Message[]): readonly Message[] {
  const result: Message[] = [];
  let index = 0;
  for (const message of first) {
    for (; index < second.length; index += 1) {
      const other = second[index] as Message;
      if (positionOf(other) >= positionOf(message)) break;
      result.push(other);
    }
    result.push(message);
  }
  return result.concat(second.slice(index));
}

/** An answer shows what it answers as that is now. */
function withReply(message: Message, changed: Message | undefined): Message {
  const { replyTo } = message;
  if (changed === undefined || replyTo?.id !== changed.id) return message;
  return { ...message, replyTo: { ...replyTo, text: changed.text, deletedAt: changed.deletedAt } };
}
