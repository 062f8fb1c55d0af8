import { ParleyError, unavailable } from '../domain/error.ts';
import type { ChannelEvent } from '../domain/event.ts';
import type { StreamContext } from './context.ts';
import { EventQueue } from './queue.ts';
import type { Splice } from './splice.ts';

/** Ends by itself, or by `return()`, which frees everything at once, also while a `next()` waits. */
export type EventStream = AsyncIterableIterator<ChannelEvent>;

type Result = IteratorResult<ChannelEvent, undefined>;

interface ReaderStreamOptions {
  readonly context: StreamContext;
  /** Called once, when the reader was so slow that its queue's hard mark was passed. The stream has ended then. */
  readonly overflow: () => void;
}

/** What one reader pulls: live events from a bounded queue, and pages of what it has missed, read as it takes them. */
export class ReaderStream implements EventStream {
  readonly #context: StreamContext;
  readonly #overflow: () => void;
  readonly #queue: EventQueue;
  readonly #waiting: PromiseWithResolvers<Result>[] = [];
  readonly #catchingUp = new Set<Splice>();
  readonly #releases: (() => void)[] = [];
  #page: readonly ChannelEvent[] = [];
  #pageIndex = 0;
  #isReading = false;
  #isServing = false;
  #isFinishing = false;
  #isEnded = false;
  #failure: { readonly error: unknown } | null = null;

  constructor({ context, overflow }: ReaderStreamOptions) {
    const { queueSoftBytes, queueHardBytes } = context.limits;
    this.#context = context;
    this.#overflow = overflow;
    this.#queue = new EventQueue({ softBytes: queueSoftBytes, hardBytes: queueHardBytes });
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get queueBytes(): number {
    return this.#queue.bytes;
  }

  /** What is let go when the stream ends. Throws, having let it go, where it has ended. */
  own(release: () => void): void {
    if (this.#isEnded) {
      release();
      throw unavailable('The stream has ended.');
    }
    this.#releases.push(release);
  }

  push(event: ChannelEvent): void {
    if (this.#isEnded || this.#isFinishing) return;
    if (this.#queue.push(event)) this.#serve();
    else this.#giveUp();
  }

  /** Gives what the splice has missed. Its live events are pushed by itself, once it is live. */
  catchUp(splice: Splice): void {
    if (this.#isEnded || splice.goLive()) return;
    this.#catchingUp.add(splice);
    this.#serve();
  }

  /** Takes no more; ends once what is there has been taken. */
  finish(): void {
    this.#isFinishing = true;
    this.#serve();
  }

  /** Ends it, `next()` rejecting once. */
  fail(error: unknown): void {
    if (this.#isEnded) return;
    const failure = error instanceof ParleyError ? error : unavailable('The stream was interrupted.', error);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#failure = { error: failure };
    else waiting.reject(failure);
    this.end();
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#queue.clear();
    this.#page = [];
    this.#catchingUp.clear();
    for (const release of this.#releases.splice(0)) release();
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
  }

  next(): Promise<Result> {
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      return Promise.reject(failure.error);
    }
    if (this.#isEnded) return Promise.resolve(DONE);
    const waiting = Promise.withResolvers<Result>();
    this.#waiting.push(waiting);
    this.#serve();
    return waiting.promise;
  }

  return(): Promise<Result> {
    this.#failure = null;
    this.end();
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives out what is there while somebody waits for it; live events before history of other channels. */
  #serve(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    while (this.#waiting.length > 0) {
      const event = this.#queue.shift() ?? this.#page[this.#pageIndex++];
      if (event !== undefined) this.#waiting.shift()?.resolve({ done: false, value: event });
      else if (!this.#turnPage()) break;
    }
    this.#isServing = false;
  }

  /**
   * False where nothing is there now. A splice goes live, or leaves, only after its page has been taken, so that what it
   * pushes from then on comes after it.
   */
  #turnPage(): boolean {
    const [splice] = this.#catchingUp;
    if (this.#isReading) return false;
    this.#page = [];
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
    if (events.length === 0) this.#catchingUp.delete(splice);
    return true;
  }

  #giveUp(): void {
    this.#context.counts.slowReaders += 1;
    this.end();
    try {
      this.#overflow();
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
        this.#serve();
      })
      .catch((error: unknown) => this.fail(error));
  }
}

const DONE: Result = { done: true, value: undefined };
