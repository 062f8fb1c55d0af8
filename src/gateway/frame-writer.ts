import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Payload } from '../graphql/payload.ts';
import { type Frame, type FrameMaker, nextMessage, textFrame } from './frame.ts';

/** How messages leave for one peer. Nothing is awaited: whoever has much to write asks for room first. */
export interface FrameWriter {
  /** False while the peer takes less than it is sent. */
  readonly hasRoom: boolean;
  /** What has not left the process yet. */
  readonly waitingBytes: number;
  /** A `next` message; `end` is its end, see {@link nextEnd}. */
  next(payload: Payload, end: string): void;
  text(message: string): void;
  /** Hands over what waits for the end of the turn. */
  flush(): void;
}

interface FrameWriterOptions {
  /** The connection below the WebSocket, as `upgrade` gave it. */
  readonly stream: Socket;
  /** Called when there may be room again. */
  readonly roomAgain: () => void;
}

/** Through ws: for whatever its frames need, as compression does. */
class PlainFrameWriter implements FrameWriter {
  readonly #webSocket: WebSocket;
  readonly #options: FrameWriterOptions;

  constructor(webSocket: WebSocket, options: FrameWriterOptions) {
    this.#webSocket = webSocket;
    this.#options = options;
  }

  get hasRoom(): boolean {
    return this.#webSocket.bufferedAmount < this.#options.stream.writableHighWaterMark;
  }

  get waitingBytes(): number {
    return this.#webSocket.bufferedAmount;
  }

  next(payload: Payload, end: string): void {
    this.text(nextMessage(payload, end));
  }

  text(message: string): void {
    // An error means that the socket is closing, which is told by its own event.
    this.#webSocket.send(message, this.#options.roomAgain);
  }

  flush(): void {}
}

interface RawFrameWriterOptions extends FrameWriterOptions {
  readonly maker: FrameMaker;
  readonly turn: WriteTurn;
}

/** Straight to the peer's connection, all frames of one turn in one write. */
class RawFrameWriter implements FrameWriter {
  readonly #options: RawFrameWriterOptions;
  readonly #stream: Socket;
  #frames: Frame[] = [];
  #bytes = 0;
  #isFull = false;

  constructor(options: RawFrameWriterOptions) {
    this.#options = options;
    this.#stream = options.stream;
  }

  get hasRoom(): boolean {
    return !this.#stream.writableNeedDrain;
  }

  get waitingBytes(): number {
    return this.#stream.writableLength + this.#bytes;
  }

  next(payload: Payload, end: string): void {
    this.#add(this.#options.maker.next(payload, end));
  }

  text(message: string): void {
    this.#add(textFrame(message));
  }

  flush(): void {
    const frames = this.#frames;
    const [first] = frames;
    if (first === undefined) return;
    this.#frames = [];
    const bytes = this.#bytes;
    this.#bytes = 0;
    if (!this.#stream.writable) return;
    const isTaken = this.#stream.write(frames.length === 1 ? first : Buffer.concat(frames, bytes));
    if (isTaken || this.#isFull) return;
    this.#isFull = true;
    this.#stream.once('drain', () => {
      this.#isFull = false;
      this.#options.roomAgain();
    });
  }

  #add(frame: Frame): void {
    if (this.#frames.push(frame) === 1) this.#options.turn.add(this);
    this.#bytes += frame.length;
    if (this.#bytes >= this.#stream.writableHighWaterMark) this.flush();
  }
}

/** The raw writer knows nothing of extensions: frames of a connection that negotiated one are ws' own to make. */
export const createFrameWriter = (webSocket: WebSocket, options: RawFrameWriterOptions): FrameWriter =>
  webSocket.extensions === '' ? new RawFrameWriter(options) : new PlainFrameWriter(webSocket, options);

/** Writers that have something to hand over at the end of this turn of the event loop. */
export class WriteTurn {
  #writers: FrameWriter[] = [];
  readonly #end = (): void => {
    const writers = this.#writers;
    this.#writers = [];
    for (const writer of writers) writer.flush();
  };

  add(writer: FrameWriter): void {
    if (this.#writers.push(writer) === 1) setImmediate(this.#end);
  }
}
