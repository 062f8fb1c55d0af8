import type { ChannelEvent } from '../domain/event.ts';
import type { ChannelId } from '../domain/identifier.ts';
import { eventBytes } from './size.ts';

interface Slot {
  event: ChannelEvent;
  next: Slot | null;
}

interface QueueBounds {
  /** Past it typing is dropped, and of checkpoints only each channel's newest is kept. */
  readonly queueSoftBytes: number;
  /** Never passed: what would pass it is refused. */
  readonly queueHardBytes: number;
}

/** What waits for one reader, bounded in bytes. Messages and members' comings and goings are never dropped. */
export class EventQueue {
  readonly #bounds: QueueBounds;
  /** Made when the first one waits. */
  #checkpoints: Map<ChannelId, Slot> | null = null;
  #first: Slot | null = null;
  #last: Slot | null = null;
  #bytes = 0;

  constructor(bounds: QueueBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False where the hard mark would be passed: the reader is too slow. */
  push(event: ChannelEvent): boolean {
    const bytes = this.#bytes + eventBytes(event);
    if (bytes > this.#bounds.queueSoftBytes && this.#spare(event)) return true;
    if (bytes > this.#bounds.queueHardBytes) return false;
    const slot: Slot = { event, next: null };
    if (this.#last === null) this.#first = slot;
    else this.#last.next = slot;
    this.#last = slot;
    this.#bytes = bytes;
    if (event.kind === 'CheckpointMoved') this.#remember(event.channelId, slot);
    return true;
  }

  shift(): ChannelEvent | undefined {
    const slot = this.#first;
    if (slot === null) return undefined;
    this.#first = slot.next;
    if (slot.next === null) this.#last = null;
    const { event } = slot;
    this.#bytes -= eventBytes(event);
    if (this.#checkpoints?.get(event.channelId) === slot) this.#checkpoints.delete(event.channelId);
    return event;
  }

  clear(): void {
    this.#first = null;
    this.#last = null;
    this.#bytes = 0;
    this.#checkpoints = null;
  }

  #remember(channelId: ChannelId, slot: Slot): void {
    this.#checkpoints ??= new Map();
    this.#checkpoints.set(channelId, slot);
  }

  /** True where the event needs no place of its own. */
  #spare(event: ChannelEvent): boolean {
    if (event.kind === 'TypingChanged') return true;
    if (event.kind !== 'CheckpointMoved') return false;
    const slot = this.#checkpoints?.get(event.channelId);
    if (slot?.event.kind !== 'CheckpointMoved') return false;
    if (event.checkpoint.sequence > slot.event.checkpoint.sequence) slot.event = event;
    return true;
  }
}
