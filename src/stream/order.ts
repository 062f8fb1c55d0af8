import type { SequencedEvent } from '../domain/event.ts';
import { eventBytes } from './size.ts';

export interface OrderBounds {
  readonly eventsMax: number;
  readonly bytesMax: number;
}

/**
 * Puts a channel's events in sequence, each once, however their hints come: lost, repeated, out of order. What comes too
 * early is held, within bounds; past them it is dropped, and the store has it.
 */
export class Order {
  readonly #bounds: OrderBounds;
  readonly #held = new Map<number, SequencedEvent>();
  #heldBytes = 0;
  #next: number | null = null;
  #highest = 0;

  constructor(bounds: OrderBounds) {
    this.#bounds = bounds;
  }

  /** The sequence that passes next; null before {@link start}. */
  get next(): number | null {
    return this.#next;
  }

  /** True while an event is known to exist that has not passed. */
  get isBehind(): boolean {
    return this.#next !== null && this.#highest >= this.#next;
  }

  /** The events up to `head` count as passed. Gives those that pass now. */
  start(head: number): readonly SequencedEvent[] {
    this.#next = head + 1;
    for (const [sequence, event] of this.#held) if (sequence <= head) this.#release(event);
    return this.#passing([]);
  }

  /** Gives the events that pass now, in sequence; none where this one is old or early. */
  offer(event: SequencedEvent): readonly SequencedEvent[] {
    this.hear(event.sequence);
    if (this.#next !== null && event.sequence < this.#next) return [];
    if (event.sequence !== this.#next) {
      this.#hold(event);
      return [];
    }
    this.#release(event);
    this.#next += 1;
    return this.#passing([event]);
  }

  /** An event with that sequence exists. */
  hear(sequence: number): void {
    if (sequence > this.#highest) this.#highest = sequence;
  }

  #passing(events: SequencedEvent[]): readonly SequencedEvent[] {
    while (this.#next !== null) {
      const event = this.#held.get(this.#next);
      if (event === undefined) break;
      this.#release(event);
      this.#next += 1;
      events.push(event);
    }
    return events;
  }

  #hold(event: SequencedEvent): void {
    if (this.#held.has(event.sequence)) return;
    const bytes = eventBytes(event);
    if (this.#held.size >= this.#bounds.eventsMax || this.#heldBytes + bytes > this.#bounds.bytesMax) {
      this.#held.clear();
      this.#heldBytes = 0;
    }
    this.#held.set(event.sequence, event);
    this.#heldBytes += bytes;
  }

  #release({ sequence }: SequencedEvent): void {
    const held = this.#held.get(sequence);
    if (held === undefined) return;
    this.#held.delete(sequence);
    this.#heldBytes -= eventBytes(held);
  }
}

/** The events that follow a sequence without a hole, as far as there are any. */
export function contiguous(events: readonly SequencedEvent[], after: number): readonly SequencedEvent[] {
  const hole = events.findIndex((event, index) => event.sequence !== after + 1 + index);
  return hole === -1 ? events : events.slice(0, hole);
}
