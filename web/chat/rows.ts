import type { ShownMessage } from 'parley/client';
import { dayName, dayOf } from './time.ts';

/** What stands in the list of messages, from top to bottom. */
export type Row =
  | { readonly kind: 'start'; readonly key: 'start' }
  | { readonly kind: 'day'; readonly key: string; readonly name: string }
  | { readonly kind: 'unread'; readonly key: 'unread' }
  /** `continues`: the same person goes on within a few minutes. */
  | { readonly kind: 'message'; readonly key: string; readonly message: ShownMessage; readonly continues: boolean };

export interface RowsOptions {
  readonly hasOlder: boolean;
  /** The line stands above the first message of others after this sequence, once that is here; null for none. */
  readonly readUpTo: number | null;
  readonly viewerId: string;
}

const CONTINUES_MS = 5 * 60_000;

export function rowsOf(
  messages: readonly ShownMessage[],
  { hasOlder, readUpTo, viewerId }: RowsOptions,
): readonly Row[] {
  const rows: Row[] = hasOlder ? [] : [{ kind: 'start', key: 'start' }];
  let before: ShownMessage | null = null;
  const [oldest] = messages;
  const reachesBack = readUpTo !== null && (!hasOlder || (oldest?.sequence ?? 0) <= readUpTo);
  let isMarked = !reachesBack;
  for (const message of messages) {
    const isNewDay = before === null || timeOf(before).day !== timeOf(message).day;
    if (isNewDay) rows.push({ kind: 'day', key: `day before ${message.key}`, name: dayName(message.createdAt) });
    const isFirstUnread =
      !isMarked && readUpTo !== null && message.sender.id !== viewerId && (message.sequence ?? 0) > readUpTo;
    if (isFirstUnread) rows.push({ kind: 'unread', key: 'unread' });
    isMarked ||= isFirstUnread;
    rows.push({
      kind: 'message',
      key: message.key,
      message,
      continues: !isNewDay && !isFirstUnread && before !== null && goesOn(before, message),
    });
    before = message;
  }
  return rows;
}

const goesOn = (before: ShownMessage, message: ShownMessage): boolean =>
  before.sender.id === message.sender.id &&
  message.replyTo === null &&
  timeOf(message).ms - timeOf(before).ms < CONTINUES_MS;

const times = new WeakMap<ShownMessage, { readonly day: string; readonly ms: number }>();

/** All of a long list is gone through whenever one message comes. */
function timeOf(message: ShownMessage): { readonly day: string; readonly ms: number } {
  let time = times.get(message);
  if (time === undefined) {
    time = { day: dayOf(message.createdAt), ms: Date.parse(message.createdAt) };
    times.set(message, time);
  }
  return time;
}
