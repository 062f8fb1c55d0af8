import { RESULTS_PER_TURN, type ResponseStream } from '../graphql/response-stream.ts';
import { NextEnd } from './frame.ts';
import type { Operation } from './operation.ts';
import type { Socket } from './socket.ts';

export interface FlowOwner {
  readonly socket: Socket;
  /** The subscription has brought all that it will. Called once, unless the client ended it. */
  finished(flow: Operation): void;
}

/** A subscription's way to its socket: sends what there is for as long as the socket has room. Nobody awaits it. */
export class ResponseFlow implements Operation {
  readonly id: string;
  readonly #responses: ResponseStream;
  readonly #owner: FlowOwner;
  readonly #socket: Socket;
  readonly #nextEnd: NextEnd;
  #isRunning = false;
  #isWaiting = false;
  #isFinished = false;
  /** Since it waited last: a long catch-up gives way to others. */
  #sent = 0;
  readonly #run = (): void => this.start();

  constructor(id: string, responses: ResponseStream, owner: FlowOwner) {
    this.id = id;
    this.#responses = responses;
    this.#owner = owner;
    this.#socket = owner.socket;
    this.#nextEnd = new NextEnd(id);
  }

  /** What it waits for may call it again, and again. */
  start(): void {
    if (this.#isRunning || this.#isWaiting) return;
    this.#isRunning = true;
    while (this.#isNext()) {
      const payload = this.#responses.take(this.#run);
      if (payload === null) break;
      this.#socket.next(payload, this.#nextEnd);
      this.#sent += 1;
    }
    this.#isRunning = false;
    if (this.#responses.isEnded) this.#finish();
  }

  end(): void {
    this.#isFinished = true;
    void this.#responses.return();
  }

  /** False where nothing more leaves, and where it has to wait, for others or for room. */
  #isNext(): boolean {
    const socket = this.#socket;
    if (socket.isEnding) return false;
    if (!socket.hasRoom) this.#wait((again) => socket.whenRoom(again));
    else if (this.#sent >= RESULTS_PER_TURN) this.#wait(setImmediate);
    else return true;
    return false;
  }

  #wait(begin: (again: () => void) => void): void {
    this.#isWaiting = true;
    begin(() => {
      this.#isWaiting = false;
      this.#sent = 0;
      this.start();
    });
  }

  #finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.#owner.finished(this);
  }
}
