import type { Channel } from './channel.ts';
import {
  applyCreation,
  type ChannelView,
  emptyView,
  headAfter,
  type KnownMessage,
  REPEAT_WINDOW_EVENTS,
} from './channel-view.ts';
import type { SequencedEvent } from './event.ts';
import type { MessageId } from './identifier.ts';
import type { Membership } from './membership.ts';
import { isBelow, type Position } from './position.ts';

/**
 * What a store holds of one channel, and the position of the command that it is loaded for. The rows are read last: they
 * are stored before the state that they change, so that what the state shows of later decisions is among them.
 */
export interface StoredView {
  readonly channel: (Channel & { readonly created: Position }) | null;
  readonly members: readonly Membership[];
  /** Without a hole, from the newest on, for as long as {@link needsOlderRows}. */
  readonly rowsNewestFirst: readonly SequencedEvent[];
  readonly position: Position;
}

/** Whether rows do not reach back far enough yet. Asked after a full page; one that is not full was the last. */
export function needsOlderRows(rowsNewestFirst: readonly SequencedEvent[], position: Position): boolean {
  const oldest = rowsNewestFirst.at(-1);
  if (oldest === undefined || oldest.sequence === 1) return false;
  const windowEnd = rowsNewestFirst.at(-REPEAT_WINDOW_EVENTS);
  return windowEnd === undefined || !isBelow(windowEnd.position, position);
}

/**
 * The view that the command at the position is decided by, knowing no message yet: see {@link learnMessages}. All that
 * earlier commands of the channel did must have been stored before the first read; what later ones did may have been
 * stored in full, in part or not at all.
 */
export function viewFromRows({ channel, members, rowsNewestFirst, position }: StoredView): ChannelView {
  const view = emptyView();
  const rows = rowsNewestFirst.toReversed();
  view.taken = rows.filter((row) => !isBelow(row.position, position));
  // A creation at or above the position has not happened yet: it is decided again when its turn comes.
  if (channel === null || !isBelow(channel.created, position)) return view;
  applyCreation(view, channel, [], channel.created);
  const below = rows.slice(0, rows.length - view.taken.length);
  for (const row of below.slice(-REPEAT_WINDOW_EVENTS)) view.recent.add(row);
  const newest = below.at(-1);
  if (newest !== undefined) view.head = headAfter(newest);
  for (const member of members) {
    if (member.joinedSequence <= view.head.sequence) view.members.set(member.userId, member);
  }
  return view;
}

/**
 * Adds the messages that the next commands name to the view. They are read first; where any is found, all rows after the
 * view's head are read next. Another owner that is further may have changed a message: without its row, the same edit
 * would look like one to the same text, make no event, and leave its sequence to the next command.
 */
export function learnMessages(
  view: ChannelView,
  found: ReadonlyMap<MessageId, KnownMessage>,
  rowsAfterHead: readonly SequencedEvent[],
): void {
  if (found.size === 0) return;
  for (const [id, known] of found) {
    if (!view.messages.has(id)) view.messages.set(id, known);
  }
  view.taken = rowsAfterHead;
}
