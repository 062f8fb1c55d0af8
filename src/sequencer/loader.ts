import type { ChannelView } from '../domain/channel-view.ts';
import { messagesNamedBy } from '../domain/command.ts';
import type { SequencedEvent } from '../domain/event.ts';
import type { ChannelId, MessageId } from '../domain/identifier.ts';
import { learnMessages, needsOlderRows, viewFromRows } from '../domain/load-view.ts';
import type { Position } from '../domain/position.ts';
import type { LogRecord } from '../domain/sequencer.ts';
import type { Storage } from '../storage/storage.ts';

const ROWS_PER_READ = 300;

/** A channel as the log below a position made it: state is read first, then rows, since rows are stored before state. */
export async function loadView(storage: Storage, channelId: ChannelId, position: Position): Promise<ChannelView> {
  const channel = (await storage.channels.byIds([channelId])).get(channelId) ?? null;
  const members = await storage.memberships.ofChannel(channelId);
  const rowsNewestFirst: SequencedEvent[] = [];
  do {
    const before = rowsNewestFirst.at(-1)?.sequence ?? null;
    const page = await storage.events.before(channelId, before, ROWS_PER_READ);
    rowsNewestFirst.push(...page);
    if (page.length < ROWS_PER_READ) break;
  } while (needsOlderRows(rowsNewestFirst, position));
  return viewFromRows({ channel, members, rowsNewestFirst, position });
}

/**
 * Looks up, in one read, the messages that the records name and the view does not know. Where any is found, another owner may
 * have been further: the rows after the view's head say what it decided.
 */
export async function learnNamedMessages(
  storage: Storage,
  view: ChannelView,
  records: readonly LogRecord[],
): Promise<void> {
  const missing = new Set<MessageId>();
  for (const { command } of records) {
    for (const id of messagesNamedBy(command)) if (!view.messages.has(id)) missing.add(id);
  }
  const channelId = records[0]?.command.channelId;
  if (missing.size === 0 || channelId === undefined) return;
  const found = await storage.events.messagesById(channelId, [...missing]);
  if (found.size > 0) learnMessages(view, found, await rowsAfter(storage, channelId, view.head.sequence));
}

async function rowsAfter(storage: Storage, channelId: ChannelId, head: number): Promise<readonly SequencedEvent[]> {
  const rows: SequencedEvent[] = [];
  for (;;) {
    const page = await storage.events.after(channelId, rows.at(-1)?.sequence ?? head, ROWS_PER_READ);
    rows.push(...page);
    if (page.length < ROWS_PER_READ) return rows;
  }
}
