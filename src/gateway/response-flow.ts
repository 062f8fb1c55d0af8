import { RESULTS_PER_TURN, type ResponseStream } from '../graphql/response-stream.ts';
import { nextEnd } from './frame.ts';
import type { Socket } from './socket.ts';

type Done = IteratorReturnResult<undefined>;

/**
 * A subscription's way to its socket: sends what there is for as long as the socket has room. graphql-ws is given it as an iterator that
 * yields nothing and ends with the subscription, so that it awaits no frame.
 */
export class ResponseFlow implements AsyncIterableIterator<never> {
  readonly #responses: ResponseStream;
  readonly #socket: Socket;
  readonly #end: string;
  /** Of the one `next()`. */
  #parked: ((done: Done) => void) | null = null;
  #isRunning = false;
  #isWaiting = false;
  /** Since it waited last: a long catch-up gives way to others. */
  #sent = 0;
  readonly #run = (): void => this.#send();

  constructor(responses: ResponseStream, socket: Socket, operationId: string) {
    this.#responses = responses;
    this.#socket = socket;
    this.#end = nextEnd(operationId);
  }

  /** Begins. Resolves when the subscription has ended. */
  next(): Promise<Done> {
    const { promise, resolve } = Promise.withResolvers<Done>();
    this.#parked = resolve;
    this.#send();
    return promise;
  }

  async return(): Promise<Done> {
    await this.#responses.return();
    this.#finish();
    return DONE;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What it waits for may call it again, and again. */
  #send(): void {
    if (this.#isRunning || this.#isWaiting) return;
    this.#isRunning = true;
    while (this.#isNext()) {
      const payload = this.#responses.take(this.#run);
      if (payload === null) break;
      this.#socket.next(payload, this.#end);
      this.#sent += 1;
    }
    this.#isRunning = false;
    if (this.#responses.isEnded) this.#finish();
  }

  /** False where it has to wait, for others or for room. */
  #isNext(): boolean {
    if (!this.#socket.isOpen) return false;
    if (!this.#socket.hasRoom) this.#wait((again) => this.#socket.whenRoom(again));
    else if (this.#sent >= RESULTS_PER_TURN) this.#wait(setImmediate);
    else return true;
    return false;
  }

  #wait(begin: (again: () => void) => void): void {
    this.#isWaiting = true;
    begin(() => {
      this.#isWaiting = false;
      this.#sent = 0;
      this.#send();
    });
  }

  #finish(): void {
    this.#parked?.(DONE);
    this.#parked = null;
  }
}

const DONE: Done = Object.freeze({ done: true, value: undefined });
