import type { Channel, Head } from '../domain/channel.ts';
import type { ChannelId } from '../domain/identifier.ts';
import type { Position } from '../domain/position.ts';

export interface StoredChannel extends Channel {
  /** The command that created it. */
  readonly created: Position;
}

/** Read only: what changes a channel is stored by {@link Effects}. */
export interface Channels {
  /** Nothing changes what is kept of a channel here: nodes remember it. */
  byIds(ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, StoredChannel>>;
  /** Of stored events only: a PUSH_FIRST channel may be one batch further. */
  heads(ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Head>>;
}
