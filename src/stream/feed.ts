import { setImmediate } from 'node:timers/promises';
import {
  type ChannelCreated,
  type ChannelEvent,
  isSequenced,
  type MemberLeft,
  type SequencedEvent,
  type VolatileEvent,
} from '../domain/event.ts';
import type { ChannelId, MessageId } from '../domain/identifier.ts';
import { type ChannelHint, channelTopic } from '../pubsub/topics.ts';
import type { StreamContext } from './context.ts';
import { frozen } from './frozen.ts';
import { contiguous, Order } from './order.ts';
import { Backoff, Pause } from './pause.ts';
import { Ring } from './ring.ts';
import { Seen } from './seen.ts';
import { Typing } from './typing.ts';

/** A hint that merely came out of order has its turn before the store is asked. */
const GAP_WAIT_MS = 5;
const GAP_RETRY_FIRST_MS = 10;
const GAP_RETRY_MAX_MS = 1_000;
/** Events read from the store that pass in one turn of the event loop, so that readers can take them meanwhile. */
const EVENTS_PER_TURN = 16;
const EPHEMERAL_IDS_MAX = 1_000;

/** Who is told of a feed's events. Nothing in it is awaited. */
export interface FeedReader {
  /** It reads for who is known to be a member. */
  readonly isMembers: boolean;
  /** Sequenced events come without a hole, in order; the others at once. The same frozen object for every reader. */
  take(event: ChannelEvent): void;
  /** A hint of a removal that the feed had passed before: a reader whose membership was read before it learns of it here. */
  takeLate(event: MemberLeft): void;
  /** The reader's own exception: it has missed an event. */
  fail(error: unknown): void;
}

/** One channel's events on this node, however many readers. A hint wakes it; where hints lack one, the store answers. */
export class Feed {
  readonly channelId: ChannelId;
  readonly #context: StreamContext;
  readonly #readers = new Set<FeedReader>();
  readonly #order: Order;
  readonly #ring: Ring;
  readonly #ephemeral = new Seen<MessageId>(EPHEMERAL_IDS_MAX);
  readonly #typing: Typing;
  readonly #pause = new Pause();
  #unsubscribe: (() => void) | null = null;
  #created: ChannelCreated | null = null;
  #filling = false;
  #closed = false;

  constructor(channelId: ChannelId, context: StreamContext) {
    const { limits } = context;
    this.channelId = channelId;
    this.#context = context;
    this.#order = new Order({ eventsMax: limits.earlyEventsMax, bytesMax: limits.feedBytesMax });
    this.#ring = new Ring({ eventsMax: limits.feedEventsMax, bytesMax: limits.feedBytesMax });
    this.#typing = new Typing({ typingMs: limits.typingMs, stopped: (event) => this.#tell(frozen(event)) });
  }

  /** The sequence of the event that passes next. */
  get next(): number {
    return this.#order.next ?? 1;
  }

  /** Whether a member reads it: who merely asks to be one does not count. */
  get isRead(): boolean {
    for (const reader of this.#readers) if (reader.isMembers) return true;
    return false;
  }

  get isBehind(): boolean {
    return this.#order.isBehind;
  }

  /** Resolves when hints from now on arrive. They are held until {@link start}. */
  async subscribe(): Promise<void> {
    const unsubscribe = await this.#context.pubsub.subscribe(channelTopic(this.channelId), (hint) => this.#hint(hint));
    if (this.#closed) unsubscribe();
    else this.#unsubscribe = unsubscribe;
  }

  /** `head` must have been read after {@link subscribe} had resolved. */
  start(head: number): void {
    for (const event of this.#order.start(head)) this.#pass(event);
    this.#fill();
  }

  /** That the channel has been made, at `at`: the same object for every reader. */
  created(at: number): ChannelCreated {
    this.#created ??= frozen({ kind: 'ChannelCreated', channelId: this.channelId, sequence: null, at });
    return this.#created;
  }

  /** The newest events after a sequence from memory, at most `limit`; null where they do not reach back so far. */
  recent(after: number, limit: number): readonly SequencedEvent[] | null {
    return this.#ring.after(after, limit);
  }

  /** Events that the store gave, each message as it is now: see {@link Ring.asNow}. */
  asNow(events: readonly SequencedEvent[]): readonly SequencedEvent[] {
    return this.#ring.asNow(events);
  }

  /** The store has events up to this sequence: those that did not come as hints are read. */
  hear(head: number): void {
    this.#order.hear(head);
    this.#fill();
  }

  join(reader: FeedReader): void {
    this.#readers.add(reader);
  }

  leave(reader: FeedReader): void {
    this.#readers.delete(reader);
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    this.#readers.clear();
    this.#typing.close();
    this.#pause.end();
  }

  #hint(hint: ChannelHint): void {
    if (this.#closed) return;
    if (hint.kind === 'stored') {
      this.#ring.stored();
      this.hear(hint.head);
    } else this.#event(frozen(hint.event), hint.trace);
  }

  #event(event: ChannelEvent, trace: string | undefined): void {
    const span = trace === undefined ? null : this.#context.tracer.child('deliver', trace);
    if (isSequenced(event)) {
      this.#offer(event);
      this.#fill();
    } else this.#volatile(event);
    span?.end();
  }

  #volatile(event: VolatileEvent): void {
    if (event.kind === 'TypingChanged' && !this.#typing.take(event)) return;
    if (event.kind === 'EphemeralSent' && !this.#ephemeral.add(event.message.id)) return;
    this.#tell(event);
    if (event.kind === 'EphemeralSent') this.#typing.stop(event.message.senderId, event.at);
  }

  #offer(event: SequencedEvent): void {
    if (event.kind === 'MemberLeft' && event.sequence < this.next) this.#tellLate(event);
    for (const passing of this.#order.offer(event)) this.#pass(passing);
  }

  #pass(event: SequencedEvent): void {
    this.#ring.push(event);
    this.#tell(event);
    if (event.kind === 'MessageSent') this.#typing.stop(event.message.senderId, event.at);
    if (event.kind === 'MemberLeft') this.#typing.stop(event.userId, event.at);
  }

  #tell(event: ChannelEvent): void {
    this.#context.counts.delivered += this.#readers.size;
    for (const reader of this.#readers) {
      try {
        reader.take(event);
      } catch (error) {
        this.#drop(reader, error);
      }
    }
  }

  #tellLate(event: MemberLeft): void {
    for (const reader of this.#readers) {
      try {
        reader.takeLate(event);
      } catch (error) {
        this.#drop(reader, error);
      }
    }
  }

  /** One reader's exception must not touch its neighbours. */
  #drop(reader: FeedReader, error: unknown): void {
    this.#readers.delete(reader);
    this.#context.onError(error);
    reader.fail(error);
  }

  #fill(): void {
    if (this.#filling || this.#closed || !this.#order.isBehind) return;
    this.#filling = true;
    this.#fillFromStore()
      .catch(this.#context.onError)
      .finally(() => {
        this.#filling = false;
        this.#fill();
      });
  }

  /** The store may lack for a moment what was pushed first, and may fail: it is asked until nothing is missing. */
  async #fillFromStore(): Promise<void> {
    const backoff = new Backoff(GAP_RETRY_FIRST_MS, GAP_RETRY_MAX_MS);
    await this.#pause.for(GAP_WAIT_MS);
    let isPageFull = false;
    while (!this.#closed && (this.#order.isBehind || isPageFull)) {
      const before = this.next;
      const events = await this.#read(before - 1);
      isPageFull = events.length === this.#context.limits.catchUpPageEvents;
      await this.#passInTurns(events);
      this.#context.counts.gapsFilled += this.next - before;
      if (this.next > before) backoff.reset();
      else if (this.#order.isBehind && !this.#closed) await this.#pause.for(backoff.next());
      else isPageFull = false;
    }
  }

  async #read(after: number): Promise<readonly SequencedEvent[]> {
    const { storage, limits, onError } = this.#context;
    try {
      const events = await storage.events.after(this.channelId, after, limits.catchUpPageEvents);
      return contiguous(events, after);
    } catch (error) {
      onError(error);
      return [];
    }
  }

  async #passInTurns(events: readonly SequencedEvent[]): Promise<void> {
    let passed = 0;
    for (const event of events) {
      if (this.#closed) return;
      this.#offer(frozen(event));
      passed += 1;
      if (passed % EVENTS_PER_TURN === 0) await setImmediate();
    }
  }
}
