import type { KnownMessage } from '../domain/channel-view.ts';
import type { SequencedEvent } from '../domain/event.ts';
import type { ChannelId, MessageId } from '../domain/identifier.ts';
import type { StoredMessage } from '../domain/message.ts';

/** A page's bounds, both exclusive. */
export interface MessageRange {
  readonly after: number | null;
  readonly before: number | null;
  readonly limit: number;
  /** Which end to fill the page from; the page itself is always oldest to newest. */
  readonly from: 'oldest' | 'newest';
}

/** A channel's stored history. Every message in it is as it is now. */
export interface Events {
  /** Oldest first, from the one after `sequence`, without a hole. */
  after(channelId: ChannelId, sequence: number, limit: number): Promise<readonly SequencedEvent[]>;
  /** Newest first, from the one before `sequence` (or from the newest): what the sequencer loads a channel by. */
  before(channelId: ChannelId, sequence: number | null, limit: number): Promise<readonly SequencedEvent[]>;
  messages(channelId: ChannelId, range: MessageRange): Promise<readonly StoredMessage[]>;
  /** Null where the sequence is no message's. */
  messageAt(channelId: ChannelId, sequence: number): Promise<StoredMessage | null>;
  /** All of one channel. */
  messagesById(channelId: ChannelId, ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, KnownMessage>>;
  /** How many messages the channel had had at a sequence; null where there is no such event. */
  messagesAt(channelId: ChannelId, sequence: number): Promise<number | null>;
}
