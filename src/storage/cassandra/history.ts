import { unavailable } from '../../domain/error.ts';
import type { SequencedEvent } from '../../domain/event.ts';
import type { ChannelId } from '../../domain/identifier.ts';
import type { StoredMessage } from '../../domain/message.ts';
import { bucketEnd, bucketOf } from './bucket.ts';
import {
  CHANGE_COLUMNS,
  type ChangeRow,
  eventOf,
  MESSAGE_COLUMNS,
  type MessageRow,
  messageOf,
  SENT_COLUMNS,
  type SentRow,
} from './event-row.ts';
import type { Session } from './session.ts';

type EventRow = SentRow | ChangeRow;

const WHERE = 'WHERE channel_id = ? AND bucket = ?';
const AFTER = `${WHERE} AND sequence > ? ORDER BY sequence LIMIT ?`;
const BEFORE = `${WHERE} AND sequence < ? ORDER BY sequence DESC LIMIT ?`;
const SENT = `SELECT ${SENT_COLUMNS} FROM messages`;
const CHANGED = `SELECT ${CHANGE_COLUMNS} FROM changes`;
const MESSAGES = `SELECT ${MESSAGE_COLUMNS} FROM messages ${WHERE} AND sequence IN ?`;

/** A channel's events of every kind, in sequence: what `messages` and `changes` hold, merged. */
export class History {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Oldest first, up to the first hole: a row of a batch that is being stored may be missing yet. */
  async after(channelId: ChannelId, sequence: number, limit: number): Promise<readonly SequencedEvent[]> {
    const rows: EventRow[] = [];
    let newest = sequence;
    for (let bucket = bucketOf(sequence + 1); rows.length < limit; bucket += 1) {
      const parameters = [channelId, bucket, newest, limit - rows.length];
      for (const row of (await this.#both(AFTER, parameters)).sort(oldestFirst)) {
        if (row.sequence !== newest + 1 || rows.length === limit) break;
        rows.push(row);
        newest = row.sequence;
      }
      if (newest !== bucketEnd(bucket)) break;
    }
    return this.#events(channelId, rows);
  }

  /** Newest first. Rejects where a batch is being stored just now, and its rows are not all there. */
  async before(
    channelId: ChannelId,
    { sequence, bucket: first, limit }: { readonly sequence: number; readonly bucket: number; readonly limit: number },
  ): Promise<readonly SequencedEvent[]> {
    const rows: EventRow[] = [];
    for (let bucket = first; bucket >= 0 && rows.length < limit; bucket -= 1) {
      const wanted = limit - rows.length;
      const page = (await this.#both(BEFORE, [channelId, bucket, sequence, wanted])).sort(newestFirst);
      rows.push(...page.slice(0, wanted));
    }
    const [newest] = rows;
    const isWhole = newest === undefined || rows.every((row, index) => row.sequence === newest.sequence - index);
    if (!isWhole) throw unavailable('The history is just being written: try again.');
    return this.#events(channelId, rows);
  }

  async #both(where: string, parameters: readonly (string | number)[]): Promise<EventRow[]> {
    const [sent, changed] = await Promise.all([
      this.#session.rows<SentRow>(`${SENT} ${where}`, parameters),
      this.#session.rows<ChangeRow>(`${CHANGED} ${where}`, parameters),
    ]);
    return [...sent, ...changed];
  }

  async #events(channelId: ChannelId, rows: readonly EventRow[]): Promise<readonly SequencedEvent[]> {
    const messages = await this.#changedMessages(channelId, rows);
    return rows.map((row) =>
      eventOf(channelId, row, (sequence) => {
        const message = messages.get(sequence);
        if (message === undefined) throw new Error(`${channelId} has no message ${sequence}`);
        return message;
      }),
    );
  }

  /** The messages that edits and deletions were about: those among the rows need no further read. */
  async #changedMessages(channelId: ChannelId, rows: readonly EventRow[]): Promise<ReadonlyMap<number, StoredMessage>> {
    const messages = new Map<number, StoredMessage>();
    for (const row of rows) if (!('kind' in row)) messages.set(row.sequence, messageOf(channelId, row));
    const missing = new Set<number>();
    for (const row of rows) {
      if ('message_sequence' in row && row.message_sequence !== null && !messages.has(row.message_sequence)) {
        missing.add(row.message_sequence);
      }
    }
    for (const message of await this.messagesAt(channelId, [...missing])) messages.set(message.sequence, message);
    return messages;
  }

  /** In no order; absent where the sequence is no message's. */
  async messagesAt(channelId: ChannelId, sequences: readonly number[]): Promise<readonly StoredMessage[]> {
    const buckets = [...Map.groupBy(sequences, bucketOf)];
    const read = await Promise.all(
      buckets.map(([bucket, own]) => this.#session.rows<MessageRow>(MESSAGES, [channelId, bucket, own])),
    );
    return read.flat().map((row) => messageOf(channelId, row));
  }
}

const oldestFirst = (one: EventRow, other: EventRow): number => one.sequence - other.sequence;
const newestFirst = (one: EventRow, other: EventRow): number => other.sequence - one.sequence;
