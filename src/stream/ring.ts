import type { MessageDeleted, MessageEdited, SequencedEvent } from '../domain/event.ts';
import type { MessageId } from '../domain/identifier.ts';
import type { StoredMessage } from '../domain/message.ts';
import type { OrderBounds } from './order.ts';
import { eventBytes } from './size.ts';

/** A channel's newest events, contiguous, each message in them as it is now. */
export class Ring {
  readonly #bounds: OrderBounds;
  readonly #events: SequencedEvent[] = [];
  #bytes = 0;
  /** An edit or a deletion has passed that the store may not have. */
  #isAheadOfStore = false;

  constructor(bounds: OrderBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The event that follows the newest one. An edit or a deletion changes how the message shows in the events before. */
  push(event: SequencedEvent): void {
    if (isChange(event)) this.#rewrite(event.message);
    this.#events.push(event);
    this.#bytes += eventBytes(event);
    while (this.#events.length > this.#bounds.eventsMax || this.#bytes > this.#bounds.bytesMax) {
      const oldest = this.#events.shift();
      if (oldest === undefined) return;
      this.#bytes -= eventBytes(oldest);
    }
  }

  /** The events after a sequence, at most `limit`; null where the ring does not reach back so far. */
  after(sequence: number, limit: number): readonly SequencedEvent[] | null {
    const oldest = this.#events[0];
    if (oldest === undefined || sequence + 1 < oldest.sequence) return null;
    const from = sequence + 1 - oldest.sequence;
    return this.#events.slice(from, from + limit);
  }

  /** Older events from the store, which may not have yet what was pushed first: each message as the newest of both know it. */
  asNow(events: readonly SequencedEvent[]): readonly SequencedEvent[] {
    const changed = new Map<MessageId, StoredMessage>();
    for (const event of this.#events) if (isChange(event)) changed.set(event.message.id, event.message);
    if (changed.size === 0) return events;
    return events.map((event) => {
      const message = 'message' in event ? changed.get(event.message.id) : undefined;
      return message !== undefined && 'message' in event && isNewer(message, event.message)
        ? { ...event, message }
        : event;
    });
  }

  /** The store has all that was pushed: what was read of it before may have shown an old text, as what another message answers. */
  stored(): void {
    if (!this.#isAheadOfStore) return;
    this.#isAheadOfStore = false;
    for (const [index, event] of this.#events.entries()) this.#events[index] = Object.freeze({ ...event });
  }

  /** New objects for all: whatever was made of one of them may show the message too, as what it answers. */
  #rewrite(message: StoredMessage): void {
    this.#isAheadOfStore = true;
    for (const [index, event] of this.#events.entries()) {
      const isAbout = 'message' in event && event.message.id === message.id;
      const rewritten = Object.freeze(isAbout ? { ...event, message } : { ...event });
      this.#events[index] = rewritten;
      this.#bytes += eventBytes(rewritten) - eventBytes(event);
    }
  }
}

const isChange = (event: SequencedEvent): event is MessageEdited | MessageDeleted =>
  event.kind === 'MessageEdited' || event.kind === 'MessageDeleted';

/** Deleted is for good. Of two edits the later one's own event follows in any case. */
function isNewer(one: StoredMessage, other: StoredMessage): boolean {
  if (other.deletedAt !== null) return false;
  return one.deletedAt !== null || (one.editedAt ?? 0) > (other.editedAt ?? 0);
}
