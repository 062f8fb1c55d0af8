import type { ChannelId } from '../../domain/identifier.ts';
import type { StoredMessage } from '../../domain/message.ts';
import type { MessageRange } from '../events.ts';
import { bucketEnd, bucketOf } from './bucket.ts';
import { MESSAGE_COLUMNS, type MessageRow, messageOf } from './event-row.ts';
import type { Heads } from './heads.ts';
import type { Session } from './session.ts';

const PAGE = 'FROM messages WHERE channel_id = ? AND bucket = ? AND sequence > ? AND sequence < ?';
const OLDEST = `SELECT ${MESSAGE_COLUMNS} ${PAGE} ORDER BY sequence LIMIT ?`;
const NEWEST = `SELECT ${MESSAGE_COLUMNS}, closed ${PAGE} ORDER BY sequence DESC LIMIT ?`;

/** `closed`: of the whole bucket; null in a channel's newest. */
type NewestRow = MessageRow & { readonly closed: true | null };

/** How many messages a channel had had at a sequence that it has come to. */
type CountMessages = (channelId: ChannelId, sequence: number) => Promise<number>;

/**
 * Pages of messages. A page lies in one bucket or in two neighbours, unless thousands of other events stand between two
 * messages: then the next bucket that has a message is searched by halves, since every event knows how many came before.
 */
export class MessagePages {
  readonly #session: Session;
  readonly #heads: Heads;
  readonly #countMessages: CountMessages;

  constructor(session: Session, heads: Heads, countMessages: CountMessages) {
    this.#session = session;
    this.#heads = heads;
    this.#countMessages = countMessages;
  }

  /** Oldest to newest. */
  async page(channelId: ChannelId, range: MessageRange): Promise<readonly StoredMessage[]> {
    if (range.limit <= 0) return [];
    const rows = range.from === 'oldest' ? await this.#oldest(channelId, range) : await this.#newest(channelId, range);
    return rows.map((row) => messageOf(channelId, row));
  }

  async #oldest(channelId: ChannelId, { after, before, limit }: MessageRange): Promise<readonly MessageRow[]> {
    const found: MessageRow[] = [];
    let bucket = bucketOf((after ?? 0) + 1);
    let last: number | null = null;
    for (;;) {
      const bounds = [after ?? 0, before ?? Number.MAX_SAFE_INTEGER, limit - found.length];
      const rows = await this.#session.rows<MessageRow>(OLDEST, [channelId, bucket, ...bounds]);
      found.push(...rows);
      if (found.length >= limit) return found;
      last ??= await this.#lastBucket(channelId, before);
      if (bucket >= last) return found;
      const next = rows.length > 0 ? bucket + 1 : await this.#newerWithMessages(channelId, bucket, last);
      if (next === null) return found;
      bucket = next;
    }
  }

  async #newest(channelId: ChannelId, range: MessageRange): Promise<readonly MessageRow[]> {
    if (range.before !== null) return this.#downFrom(channelId, bucketOf(range.before - 1), range);
    const remembered = this.#heads.remembered(channelId);
    if (remembered !== undefined) {
      const first = await this.#newestIn(channelId, remembered, range);
      // Empty or closed: it may not be the newest.
      if (first[0]?.closed === null) return this.#downFrom(channelId, remembered, range, first);
    }
    return this.#downFrom(channelId, await this.#lastBucket(channelId, null), range);
  }

  /** `read`: what has been read of the first bucket already. */
  async #downFrom(
    channelId: ChannelId,
    newest: number,
    range: MessageRange,
    read?: readonly MessageRow[],
  ): Promise<readonly MessageRow[]> {
    const found: MessageRow[] = [];
    const oldest = bucketOf((range.after ?? 0) + 1);
    let rows = read;
    for (let bucket: number | null = newest; bucket !== null && bucket >= oldest; rows = undefined) {
      rows ??= await this.#newestIn(channelId, bucket, { ...range, limit: range.limit - found.length });
      found.push(...rows);
      if (found.length >= range.limit) break;
      bucket = rows.length > 0 ? bucket - 1 : await this.#olderWithMessages(channelId, bucket);
    }
    return found.reverse();
  }

  #newestIn(channelId: ChannelId, bucket: number, { after, before, limit }: MessageRange) {
    const bounds = [after ?? 0, before ?? Number.MAX_SAFE_INTEGER, limit];
    return this.#session.rows<NewestRow>(NEWEST, [channelId, bucket, ...bounds]);
  }

  /** -1 where there is no channel. */
  async #lastBucket(channelId: ChannelId, before: number | null): Promise<number> {
    const end = (await this.#heads.end(channelId))?.bucket ?? -1;
    return before === null ? end : Math.min(end, bucketOf(before - 1));
  }

  /** The lowest bucket from the next to `last` with a message, given that none follows in this one. */
  async #newerWithMessages(channelId: ChannelId, bucket: number, last: number): Promise<number | null> {
    const end = await this.#heads.end(channelId);
    if (end === null) return null;
    const target = (await this.#countMessages(channelId, bucketEnd(bucket))) + 1;
    return end.head.messages < target ? null : this.#firstReaching(channelId, target, bucket + 1, last);
  }

  /** The highest bucket below with a message, given that this one has none before what has been read. */
  async #olderWithMessages(channelId: ChannelId, bucket: number): Promise<number | null> {
    const end = await this.#heads.end(channelId);
    if (end === null || bucket === 0) return null;
    if (bucket > end.bucket) return end.bucket;
    const messages = await this.#countMessages(channelId, bucketEnd(bucket - 1));
    return messages === 0 ? null : this.#firstReaching(channelId, messages, 0, bucket - 1);
  }

  /** The lowest bucket from `low` to `high` by whose end the channel had had so many messages; `high` where none below. */
  async #firstReaching(channelId: ChannelId, messages: number, low: number, high: number): Promise<number> {
    let [first, last] = [low, high];
    while (first < last) {
      const middle = Math.floor((first + last) / 2);
      if ((await this.#countMessages(channelId, bucketEnd(middle))) >= messages) last = middle;
      else first = middle + 1;
    }
    return first;
  }
}
