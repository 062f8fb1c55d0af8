import type { Socket as Stream } from 'node:net';
import { getDefaultHighWaterMark } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Payload } from '../graphql/payload.ts';
import { type Frame, type FrameMaker, type NextEnd, nextMessage, textFrame } from './frame.ts';

/** How messages leave for one peer. Nothing is awaited: whoever has much to write asks for room first. */
export interface FrameWriter {
  /** False while the peer takes less than it is sent. */
  readonly hasRoom: boolean;
  /** What has not left the process yet. */
  readonly waitingBytes: number;
  /** A `next` message. What is written to a peer that is closing goes nowhere. */
  next(payload: Payload, end: NextEnd): void;
  text(message: string): void;
  /** Hands over what waits for the end of the turn. */
  flush(): void;
}

export interface RoomListener {
  /** There may be room again. */
  roomAgain(): void;
}

/** What all sockets of a node have in common. */
export interface FrameShared {
  readonly maker: FrameMaker;
  readonly turn: WriteTurn;
}

export interface FrameWriterOptions {
  readonly webSocket: WebSocket;
  /** The connection below it, as `upgrade` gave it. */
  readonly stream: Stream;
  readonly shared: FrameShared;
  readonly listener: RoomListener;
}

/** The raw writer knows nothing of extensions: frames of a connection that negotiated one are ws' own to make. */
export const createFrameWriter = (options: FrameWriterOptions): FrameWriter =>
  options.webSocket.extensions === '' ? new RawFrameWriter(options) : new PlainFrameWriter(options);

/** Through ws: for whatever its frames need, as compression does. */
class PlainFrameWriter implements FrameWriter {
  readonly #options: FrameWriterOptions;

  constructor(options: FrameWriterOptions) {
    this.#options = options;
  }

  get hasRoom(): boolean {
    return isOpen(this.#options.webSocket) && this.waitingBytes < this.#options.stream.writableHighWaterMark;
  }

  get waitingBytes(): number {
    return this.#options.webSocket.bufferedAmount;
  }

  next(payload: Payload, end: NextEnd): void {
    this.text(nextMessage(payload, end));
  }

  text(message: string): void {
    if (!isOpen(this.#options.webSocket)) return;
    // An error means that the socket is closing, which is told by its own event.
    this.#options.webSocket.send(message, () => this.#options.listener.roomAgain());
  }

  flush(): void {}
}

/** Straight to the peer's connection, all frames of one turn in one write. The peer's own objects are looked at only then: there are many peers. */
class RawFrameWriter implements FrameWriter {
  readonly #webSocket: WebSocket;
  readonly #stream: Stream;
  readonly #shared: FrameShared;
  readonly #listener: RoomListener;
  #frames: Frame[] = NONE;
  #bytes = 0;
  #isFull = false;

  constructor({ webSocket, stream, shared, listener }: FrameWriterOptions) {
    this.#webSocket = webSocket;
    this.#stream = stream;
    this.#shared = shared;
    this.#listener = listener;
  }

  get hasRoom(): boolean {
    return !this.#isFull;
  }

  get waitingBytes(): number {
    return this.#stream.writableLength + this.#bytes;
  }

  next(payload: Payload, end: NextEnd): void {
    this.#add(this.#shared.maker.next(payload, end));
  }

  text(message: string): void {
    this.#add(textFrame(message));
  }

  flush(): void {
    const frames = this.#frames;
    const [first] = frames;
    if (first === undefined) return;
    this.#frames = NONE;
    const bytes = this.#bytes;
    this.#bytes = 0;
    if (!isOpen(this.#webSocket) || !this.#stream.writable) {
      // Nothing leaves any more: who has more waits for the end.
      this.#isFull = true;
      return;
    }
    const isTaken = this.#stream.write(frames.length === 1 ? first : Buffer.concat(frames, bytes));
    if (isTaken || this.#isFull) return;
    this.#isFull = true;
    this.#stream.once('drain', () => {
      this.#isFull = false;
      this.#listener.roomAgain();
    });
  }

  #add(frame: Frame): void {
    if (this.#frames === NONE) {
      this.#frames = [frame];
      this.#shared.turn.add(this);
    } else this.#frames.push(frame);
    this.#bytes += frame.length;
    if (this.#bytes >= GATHERED_BYTES_MAX) this.flush();
  }
}

const isOpen = (webSocket: WebSocket): boolean => webSocket.readyState === webSocket.OPEN;

/** What a connection takes before it asks to wait. */
const GATHERED_BYTES_MAX = getDefaultHighWaterMark(false);

/** Never added to. */
const NONE: Frame[] = [];

/** No message is kept back for longer. */
const GATHER_MS_MAX = 20;

/**
 * Writers that have something to hand over at the end of this turn of the event loop. Where that took long the last time, since many messages
 * come for many peers, what follows is gathered for as long: a peer that is sent several messages gets them in one write.
 */
export class WriteTurn {
  #writers: Pick<FrameWriter, 'flush'>[] = [];
  /** As `performance.now()`. */
  #gatherUntil = 0;
  readonly #end = (): void => {
    const writers = this.#writers;
    this.#writers = [];
    const beganAt = performance.now();
    for (const writer of writers) writer.flush();
    const endedAt = performance.now();
    this.#gatherUntil = endedAt + Math.min(endedAt - beganAt, GATHER_MS_MAX);
  };

  add(writer: Pick<FrameWriter, 'flush'>): void {
    if (this.#writers.push(writer) > 1) return;
    const gatherMs = this.#gatherUntil - performance.now();
    if (gatherMs < 1) setImmediate(this.#end);
    else setTimeout(this.#end, gatherMs);
  }
}
