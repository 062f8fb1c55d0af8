import type { ChannelId, MessageId, UserId } from './identifier.ts';

/** A message as it is now: an edit or a deletion shows everywhere, in events of the past too. */
export interface Message {
  readonly id: MessageId;
  readonly channelId: ChannelId;
  /** Null in an EPHEMERAL channel. */
  readonly sequence: number | null;
  readonly senderId: UserId;
  /** Empty once deleted. */
  readonly text: string;
  readonly replyTo: MessageId | null;
  /** Keyed digest of text and replyTo as first sent: tells a retry from another text under the same nonce, even after an edit. */
  readonly digest: string;
  readonly createdAt: number;
  readonly editedAt: number | null;
  readonly deletedAt: number | null;
}

/** A message that takes a position. */
export type StoredMessage = Message & { readonly sequence: number };
