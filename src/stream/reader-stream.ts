import { ParleyError, unavailable } from '../domain/error.ts';
import type { ChannelEvent } from '../domain/event.ts';
import type { StreamContext } from './context.ts';
import { EventQueue } from './queue.ts';
import type { Splice } from './splice.ts';

/** Ends by itself, or by `return()`, which frees everything at once, also while a `next()` waits. */
export interface EventStream extends AsyncIterableIterator<ChannelEvent> {
  /** True once there is nothing more to take, and never will be. */
  readonly isEnded: boolean;
  /**
   * The next event, where one is there now; else null, and `wake` is called when it is worth asking again. `wake` must not
   * throw. Throws once what the stream failed of.
   */
  take(wake: () => void): ChannelEvent | null;
}

type Result = IteratorResult<ChannelEvent, undefined>;

/** Whom a stream belongs to. */
export interface StreamOwner {
  /** The stream has ended: whatever it took is to be let go. */
  release(): void;
  /** The reader was so slow that its queue's hard mark was passed. The stream has ended then. */
  readonly overflow: () => void;
}

/** What one reader pulls: live events from a bounded queue, and pages of what it has missed, read as it takes them. */
export class ReaderStream implements EventStream {
  readonly #context: StreamContext;
  readonly #owner: StreamOwner;
  readonly #queue: EventQueue;
  /** Made anew when it changes: none, for as long as the stream is live. */
  #catchingUp: readonly Splice[] = NONE;
  #page: readonly ChannelEvent[] = NONE;
  #pageIndex = 0;
  #isReading = false;
  /** Whoever found nothing to take. */
  #wake: (() => void) | null = null;
  #isFinishing = false;
  #isEnded = false;
  #failure: { readonly error: unknown } | null = null;

  constructor(context: StreamContext, owner: StreamOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#queue = new EventQueue(context.limits);
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get queueBytes(): number {
    return this.#queue.bytes;
  }

  /** Throws where it has ended. */
  requireOpen(): void {
    if (this.#isEnded) throw unavailable('The stream has ended.');
  }

  push(event: ChannelEvent): void {
    if (this.#isEnded || this.#isFinishing) return;
    if (this.#queue.push(event)) this.#ready();
    else this.#giveUp();
  }

  /** Gives what the splice has missed. Its live events are pushed by itself, once it is live. */
  catchUp(splice: Splice): void {
    if (this.#isEnded || splice.goLive()) return;
    this.#catchingUp = [...this.#catchingUp, splice];
    this.#ready();
  }

  /** Takes no more; ends once what is there has been taken. */
  finish(): void {
    this.#isFinishing = true;
    this.#ready();
  }

  /** Ends it; who reads learns why, once. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    this.#failure = { error: error instanceof ParleyError ? error : unavailable('The stream was interrupted.', error) };
    this.end();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#queue.clear();
    this.#page = NONE;
    this.#catchingUp = NONE;
    this.#owner.release();
    this.#ready();
  }

  /** Live events before history of other channels. */
  take(wake: () => void): ChannelEvent | null {
    this.#throwFailure();
    while (!this.#isEnded) {
      const event = this.#queue.shift() ?? this.#page[this.#pageIndex++];
      if (event !== undefined) return event;
      if (!this.#turnPage()) break;
    }
    this.#throwFailure();
    if (!this.#isEnded) this.#wakeLater(wake);
    return null;
  }

  async next(): Promise<Result> {
    for (;;) {
      const waiting = Promise.withResolvers<void>();
      const event = this.take(waiting.resolve);
      if (event !== null) return { done: false, value: event };
      if (this.#isEnded) return DONE;
      await waiting.promise;
    }
  }

  return(): Promise<Result> {
    this.end();
    this.#failure = null;
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #ready(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }

  /** Several may wait by `next()`: they are woken in their order. */
  #wakeLater(wake: () => void): void {
    const earlier = this.#wake;
    if (earlier === null || earlier === wake) this.#wake = wake;
    else
      this.#wake = () => {
        earlier();
        wake();
      };
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
  }

  /**
   * False where nothing is there now. A splice goes live, or leaves, only after its page has been taken, so that what it
   * pushes from then on comes after it.
   */
  #turnPage(): boolean {
    const [splice] = this.#catchingUp;
    if (this.#isReading) return false;
    this.#page = NONE;
    this.#pageIndex = 0;
    if (splice === undefined) {
      if (this.#isFinishing) this.end();
      return false;
    }
    const events = splice.advance();
    if (events === null) {
      this.#readStore(splice);
      return false;
    }
    this.#page = events;
    if (events.length === 0) this.#catchingUp = without(this.#catchingUp, splice);
    return true;
  }

  #giveUp(): void {
    this.#context.counts.slowReaders += 1;
    this.end();
    try {
      this.#owner.overflow();
    } catch (error) {
      this.#context.onError(error);
    }
  }

  #readStore(splice: Splice): void {
    this.#isReading = true;
    splice
      .read()
      .then((events) => {
        this.#isReading = false;
        if (this.#isEnded) return;
        this.#page = events;
        this.#pageIndex = 0;
        this.#ready();
      })
      .catch((error: unknown) => this.fail(error));
  }
}

const DONE: Result = { done: true, value: undefined };
const NONE: readonly never[] = [];

const without = <Item>(items: readonly Item[], item: Item): readonly Item[] =>
  items.length === 1 ? NONE : items.filter((one) => one !== item);
