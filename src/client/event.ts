import type { EventPartsFragment } from '../../schema/generated/client.ts';

/** Something that happened in a channel. */
export type ChannelEvent = EventPartsFragment;

export interface ChannelPosition {
  readonly channelId: string;
  readonly sequence: number;
}
