import type { SequencedEvent } from '../domain/event.ts';
import type { ChannelId } from '../domain/identifier.ts';
import type { Creation } from '../domain/sequencer.ts';

/** What decisions about one channel change, in the order of the log. */
export interface ChannelEffects {
  readonly channelId: ChannelId;
  readonly creation: Creation | null;
  /** Contiguous in sequence. */
  readonly events: readonly SequencedEvent[];
}

/**
 * The only way in which a channel changes.
 *
 * Event rows are stored in channel order and before the state that they change: memberships (by channel and by
 * member), the head, the message that an edit or a deletion is about (its MessageSent row too: deleted means gone), and
 * the sender's checkpoint, which sending moves to one's own message. The same effects written again change nothing, also
 * when later ones have been written meanwhile: a late edit can't bring a deleted message back, nor a join a member who left.
 */
export interface Effects {
  /**
   * Resolves when every read sees all of it, and it can be lost only where a replay of the log makes it again. Where a store can tell that another event has the sequence of one of
   * these, which no log leads to, it rejects and stores nothing.
   */
  store(effects: ChannelEffects): Promise<void>;
  /**
   * The same for sent messages that nobody has looked up. False where one of them was stored already, here or elsewhere in its channel: those
   * before it are stored then, neither it nor those after it are. Null where a store can't look and write in one step.
   */
  readonly storeNew: ((effects: ChannelEffects) => Promise<boolean>) | null;
}
