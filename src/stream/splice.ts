import { unavailable } from '../domain/error.ts';
import { type ChannelEvent, isSequenced, type MemberLeft, type SequencedEvent } from '../domain/event.ts';
import type { UserId } from '../domain/identifier.ts';
import type { StreamContext } from './context.ts';
import type { Feed, FeedReader } from './feed.ts';
import { contiguous } from './order.ts';
import { Backoff, Pause } from './pause.ts';
import { eventBytes } from './size.ts';

const READ_TRIES_MAX = 5;
const RETRY_FIRST_MS = 20;
const RETRY_MAX_MS = 500;

/** Where a splice's live events go. */
export interface SpliceOutput {
  push(event: ChannelEvent): void;
  /** The viewer's own leaving at that sequence has been given out: nothing of the channel follows. */
  left(splice: Splice, sequence: number): void;
  fail(error: unknown): void;
}

interface SpliceOptions {
  readonly context: StreamContext;
  readonly feed: Feed;
  readonly viewerId: UserId;
  /** An own MemberLeft above it ends the splice; one below is history of an earlier membership. Null where it is still to be read: see {@link Splice.memberSince}. */
  readonly joinedSequence: number | null;
  /** The sequence after which events are given; null for the feed's newest. */
  readonly after: number | null;
  readonly output: SpliceOutput;
}

/**
 * One reader's way through one channel: history after a sequence first, page by page as the reader asks for it, then what
 * its feed passes. Each event once, in order, none missing.
 *
 * The feed's newest events in memory are the buffer between the two: a splice goes live at the moment when it has had
 * everything that the feed has passed, and costs no memory of its own before. What takes no position is held meanwhile.
 */
export class Splice implements FeedReader {
  readonly feed: Feed;
  readonly #context: StreamContext;
  readonly #viewerId: UserId;
  readonly #output: SpliceOutput;
  /** Of a read that is tried again. */
  #pause: Pause | null = null;
  #joinedSequence: number | null;
  /** An own leaving that the feed had passed before, while it was not known whether a later membership followed. */
  #lateLeaving: MemberLeft | null = null;
  /** The newest sequence that the feed had passed before. */
  readonly #passedBefore: number;
  /** The newest sequence given out. */
  #position: number;
  #held: ChannelEvent[] | null = null;
  #heldBytes = 0;
  #state: 'catching up' | 'live' | 'ended' = 'catching up';
  #leftSequence: number | null = null;

  constructor({ context, feed, viewerId, joinedSequence, after, output }: SpliceOptions) {
    this.feed = feed;
    this.#context = context;
    this.#viewerId = viewerId;
    this.#output = output;
    this.#joinedSequence = joinedSequence;
    this.#passedBefore = feed.next - 1;
    this.#position = after ?? this.#passedBefore;
    feed.join(this);
  }

  get isLive(): boolean {
    return this.#state === 'live';
  }

  get isEnded(): boolean {
    return this.#state === 'ended';
  }

  get isMembers(): boolean {
    return this.#joinedSequence !== null;
  }

  /** Null where it is still to be read. */
  get joinedSequence(): number | null {
    return this.#joinedSequence;
  }

  /** The membership has been read since the splice joined its feed. To be called before it is asked for anything. */
  memberSince(sequence: number): void {
    this.#joinedSequence = Math.max(this.#joinedSequence ?? 0, sequence);
    // Some of it may be from before that membership.
    if (sequence > this.#passedBefore) this.#releaseHeld();
    if (this.#lateLeaving !== null) this.takeLate(this.#lateLeaving);
    this.#lateLeaving = null;
  }

  close(): void {
    this.#state = 'ended';
    this.#releaseHeld();
    this.feed.leave(this);
    this.#pause?.end();
  }

  take(event: ChannelEvent): void {
    if (this.#state === 'ended') return;
    if (isSequenced(event)) this.#takeSequenced(event);
    else if (event.kind !== 'TypingChanged' || event.userId !== this.#viewerId) this.#takeVolatile(event);
  }

  takeLate(event: MemberLeft): void {
    if (this.#joinedSequence === null) {
      const isNewest = event.sequence > (this.#lateLeaving?.sequence ?? 0);
      if (event.userId === this.#viewerId && isNewest) this.#lateLeaving = event;
    } else if (!this.isEnded && this.#isOwnLeaving(event) && event.sequence <= this.#position) {
      this.close();
      this.#output.left(this, event.sequence);
    }
  }

  fail(error: unknown): void {
    this.close();
    this.#output.fail(error);
  }

  /** From now on events are pushed; false where the reader still misses some. */
  goLive(): boolean {
    if (this.#state !== 'catching up' || this.#leftSequence !== null) return this.isLive;
    if (this.#position + 1 < this.feed.next) return false;
    this.#state = 'live';
    for (const event of this.#releaseHeld()) this.#output.push(event);
    return true;
  }

  /**
   * The next page of what the reader has missed, where memory has it; empty once the splice is live or has ended. Null
   * where {@link read} has to ask the store.
   */
  advance(): readonly SequencedEvent[] | null {
    if (this.#state !== 'catching up') return [];
    if (this.#leftSequence !== null) {
      this.#state = 'ended';
      this.#output.left(this, this.#leftSequence);
      return [];
    }
    if (this.goLive()) return [];
    const events = this.feed.recent(this.#position, this.#context.limits.catchUpPageEvents);
    return events === null ? null : this.#given(events);
  }

  /**
   * As {@link advance}, from the store. What was pushed first may reach it later, and a read may fail: both are tried
   * again for a while, then UNAVAILABLE.
   */
  async read(): Promise<readonly SequencedEvent[]> {
    const backoff = new Backoff(RETRY_FIRST_MS, RETRY_MAX_MS);
    let failures = 0;
    let waitedMs = 0;
    for (;;) {
      let failure: unknown;
      try {
        const events = await this.#page();
        if (events.length > 0) return events;
      } catch (error) {
        failure = error;
        failures += 1;
        this.#context.onError(error);
      }
      if (this.#state !== 'catching up') return [];
      if (failures >= READ_TRIES_MAX || waitedMs >= this.#context.limits.positionWaitMs) {
        throw unavailable('The history could not be read to its end.', failure);
      }
      const ms = backoff.next();
      waitedMs += ms;
      this.#pause ??= new Pause();
      await this.#pause.for(ms);
      const recent = this.advance();
      if (recent !== null) return recent;
    }
  }

  async #page(): Promise<readonly SequencedEvent[]> {
    const { storage, limits } = this.#context;
    const after = this.#position;
    const events = contiguous(await storage.events.after(this.feed.channelId, after, limits.catchUpPageEvents), after);
    const newest = events.at(-1);
    if (this.#state !== 'catching up' || newest === undefined) return [];
    this.feed.hear(newest.sequence);
    return this.#given(this.feed.asNow(events).map((event) => Object.freeze(event)));
  }

  /** What follows the viewer's own leaving is cut off. */
  #given(events: readonly SequencedEvent[]): readonly SequencedEvent[] {
    const leaving = events.findIndex((event) => this.#isOwnLeaving(event));
    const given = leaving === -1 ? events : events.slice(0, leaving + 1);
    this.#position = given.at(-1)?.sequence ?? this.#position;
    if (leaving !== -1) {
      this.#leftSequence = this.#position;
      this.#releaseHeld();
      this.feed.leave(this);
    }
    return given;
  }

  #takeSequenced(event: SequencedEvent): void {
    // Who resumed above their own leaving is told of it here, when the feed passes it.
    if (event.kind === 'MemberLeft' && event.sequence <= this.#position) this.takeLate(event);
    if (this.#state !== 'live' || event.sequence <= this.#position) return;
    this.#position = event.sequence;
    this.#output.push(event);
    if (this.#isOwnLeaving(event)) {
      this.close();
      this.#output.left(this, event.sequence);
    }
  }

  /** Past the bound all that was held is lost: it is only news while it is new. */
  #takeVolatile(event: ChannelEvent): void {
    if (this.#state === 'live') {
      this.#output.push(event);
      return;
    }
    const { heldEventsMax, queueSoftBytes } = this.#context.limits;
    const bytes = eventBytes(event);
    const isFull = (this.#held?.length ?? 0) >= heldEventsMax || this.#heldBytes + bytes > queueSoftBytes;
    if (isFull) this.#releaseHeld();
    this.#held ??= [];
    this.#held.push(event);
    this.#heldBytes += bytes;
  }

  #isOwnLeaving(event: SequencedEvent): boolean {
    return (
      event.kind === 'MemberLeft' && event.userId === this.#viewerId && event.sequence > (this.#joinedSequence ?? 0)
    );
  }

  #releaseHeld(): readonly ChannelEvent[] {
    const held = this.#held ?? [];
    this.#held = null;
    this.#heldBytes = 0;
    return held;
  }
}
