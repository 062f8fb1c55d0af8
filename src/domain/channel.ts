import type { ChannelId } from './identifier.ts';

export type ChannelKind = 'DIRECT' | 'GROUP';
/** How a message travels; fixed when the channel is created. */
export type Delivery = 'PERSIST_FIRST' | 'PUSH_FIRST' | 'EPHEMERAL';

/** What never changes about a channel once its first command has made it. */
export interface Channel {
  readonly id: ChannelId;
  readonly kind: ChannelKind;
  /** Null for a direct channel. */
  readonly name: string | null;
  readonly delivery: Delivery;
  readonly createdAt: number;
}

/** How far a channel has come. */
export interface Head {
  /** The newest event's sequence; 0 before the first event. */
  readonly sequence: number;
  /** How many messages the channel has had, deleted ones included. */
  readonly messages: number;
  /** When the newest event happened, or the channel was created: what 'most recently active' sorts by. */
  readonly activeAt: number;
}
