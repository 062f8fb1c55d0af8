import type { OutboxEntry, OutboxFailure } from './outbox.ts';
import type { User } from './session.ts';
import type { Message, Timeline } from './timeline.ts';

export type MessageStatus =
  /** The server has it. */
  | 'sent'
  /** On its way: it goes out as soon as it can, also after a reload. */
  | 'pending'
  /** The server will not have it; `failure` says why. */
  | 'failed';

/** A message as it is shown. */
export interface ShownMessage {
  readonly key: string;
  readonly status: MessageStatus;
  /** Null until it is sent. */
  readonly id: string | null;
  /** Names it in the outbox; null once it is sent. */
  readonly nonce: string | null;
  readonly failure: OutboxFailure | null;
  readonly sequence: number | null;
  readonly text: string;
  readonly sender: User;
  readonly createdAt: string;
  readonly editedAt: string | null;
  readonly deletedAt: string | null;
  readonly replyTo: Message['replyTo'];
}

export interface MessageSources {
  readonly timeline: Timeline;
  /** Of this channel, in order. */
  readonly entries: readonly OutboxEntry[];
  /** What became of entries that the server has acknowledged, by nonce. */
  readonly acknowledged: ReadonlyMap<string, Message>;
  readonly viewer: User | null;
}

/** One list: what the server has, then what it has acknowledged and not told of yet, then what is on its way. */
export function listMessages({ timeline, entries, acknowledged, viewer }: MessageSources): readonly ShownMessage[] {
  const told = new Set(timeline.messages.map(({ id }) => id));
  const untold = [...acknowledged.values()].filter(({ id }) => !told.has(id));
  const waiting = entries.filter(({ nonce }) => !acknowledged.has(nonce));
  const echoed = echoes(timeline, waiting, acknowledged, viewer);
  return [
    ...timeline.messages.map(shown),
    ...untold.sort((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)).map(shown),
    ...waiting.flatMap((entry) => (viewer === null || echoed.has(entry) ? [] : [shownEntry(entry, viewer, timeline)])),
  ];
}

/**
 * Entries whose message is here before its acknowledgement, so that nobody sees it twice for a moment. Each message answers for one entry, the
 * first that could have become it.
 */
function echoes(
  { messages }: Timeline,
  entries: readonly OutboxEntry[],
  acknowledged: ReadonlyMap<string, Message>,
  viewer: User | null,
): ReadonlySet<OutboxEntry> {
  if (entries.length === 0) return NONE;
  const claimed = new Set([...acknowledged.values()].map(({ id }) => id));
  const found = new Set<OutboxEntry>();
  const after = Math.min(...entries.map((entry) => entry.after));
  for (const message of messages.slice(messages.findIndex(({ sequence }) => (sequence ?? 0) > after))) {
    if (message.sender.id !== viewer?.id || claimed.has(message.id)) continue;
    const entry = entries.find((candidate) => !found.has(candidate) && couldBecome(candidate, message));
    if (entry !== undefined) found.add(entry);
  }
  return found;
}

const NONE: ReadonlySet<OutboxEntry> = new Set();

const couldBecome = (entry: OutboxEntry, { sequence, text, replyTo }: Message): boolean =>
  entry.failure === null &&
  sequence !== null &&
  sequence > entry.after &&
  text === entry.text &&
  (replyTo?.id ?? null) === entry.replyTo;

const shownMessages = new WeakMap<Message, ShownMessage>();

/** The same object for the same message, so that what shows it need not draw it again. */
function shown(message: Message): ShownMessage {
  let known = shownMessages.get(message);
  if (known === undefined) {
    known = { ...message, key: message.id, status: 'sent', nonce: null, failure: null };
    shownMessages.set(message, known);
  }
  return known;
}

function shownEntry(entry: OutboxEntry, sender: User, { messages }: Timeline): ShownMessage {
  const { nonce, failure, text, createdAt, replyTo } = entry;
  const answered = messages.find(({ id }) => id === replyTo);
  return {
    key: nonce,
    status: failure === null ? 'pending' : 'failed',
    id: null,
    nonce,
    failure,
    sequence: null,
    text,
    sender,
    createdAt: new Date(createdAt).toISOString(),
    editedAt: null,
    deletedAt: null,
    replyTo: answered ?? null,
  };
}
