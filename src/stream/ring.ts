import type { SequencedEvent } from '../domain/event.ts';
import type { OrderBounds } from './order.ts';
import { eventBytes } from './size.ts';

/** A channel's newest events, contiguous, each message in them as it is now. */
export class Ring {
  readonly #bounds: OrderBounds;
  readonly #events: SequencedEvent[] = [];
  #bytes = 0;

  constructor(bounds: OrderBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The event that follows the newest one. An edit or a deletion changes how the message shows in the events before. */
  push(event: SequencedEvent): void {
    if (event.kind === 'MessageEdited' || event.kind === 'MessageDeleted') this.#rewrite(event.message);
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

  #rewrite(message: (SequencedEvent & { kind: 'MessageEdited' })['message']): void {
    for (const [index, event] of this.#events.entries()) {
      if (!('message' in event) || event.message.id !== message.id) continue;
      const rewritten = Object.freeze({ ...event, message });
      this.#events[index] = rewritten;
      this.#bytes += eventBytes(rewritten) - eventBytes(event);
    }
  }
}
