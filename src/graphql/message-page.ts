import { badInput } from '../domain/error.ts';
import type { StoredMessage } from '../domain/message.ts';
import type { MessagePage, Messages } from '../services/messages.ts';
import { type Connection, pageSize } from './connection.ts';
import { fromCursor, toCursor } from './cursor.ts';

type MessageRange = Parameters<Messages['page']>[1];

interface MessageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

const KIND = 'message';
const SHAPE = /^(\d{1,15})$/;

const cursorOfMessage = ({ sequence }: StoredMessage): string => toCursor(KIND, sequence);

export async function messagePage(
  args: MessageArguments,
  read: (range: MessageRange) => Promise<MessagePage>,
): Promise<Connection<StoredMessage>> {
  const { messages, hasOlder, hasNewer } = await read(rangeOf(args));
  return {
    edges: messages.map((node) => ({ cursor: cursorOfMessage(node), node })),
    hasPreviousPage: hasOlder,
    hasNextPage: hasNewer,
  };
}

/** Throws BAD_USER_INPUT for `first` with `last`, a size that no page has, and a cursor that is none. */
export function rangeOf({ first, after, last, before }: MessageArguments): MessageRange {
  const isFirst = typeof first === 'number';
  const isLast = typeof last === 'number';
  if (isFirst && isLast) throw badInput('last', 'Ask for `first` or for `last`, not for both.');
  const isForward = isFirst || (!isLast && typeof after === 'string' && typeof before !== 'string');
  return {
    after: sequenceOf(after, 'after'),
    before: sequenceOf(before, 'before'),
    limit: isForward ? pageSize(first, 'first') : pageSize(last, 'last'),
    from: isForward ? 'oldest' : 'newest',
  };
}

function sequenceOf(cursor: string | null | undefined, field: string): number | null {
  if (typeof cursor !== 'string') return null;
  const [sequence] = fromCursor(cursor, { kind: KIND, shape: SHAPE, field });
  return Number(sequence);
}
