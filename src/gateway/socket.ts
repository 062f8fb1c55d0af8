import { randomUUID } from 'node:crypto';
import type { Socket as Stream } from 'node:net';
import type { WebSocket } from 'ws';
import type { Limits } from '../config/limits.ts';
import type { ClientConnection } from '../graphql/context.ts';
import type { Payload } from '../graphql/payload.ts';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';
import type { NextEnd } from './frame.ts';
import { createFrameWriter, type FrameShared, type FrameWriter, type RoomListener } from './frame-writer.ts';

/** A closing handshake that takes longer is cut: the peer does not read. */
const CLOSE_MS_MAX = 5_000;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

export interface SocketOptions {
  readonly webSocket: WebSocket;
  /** The connection below it. */
  readonly stream: Stream;
  readonly shared: FrameShared;
  /** As the client or a proxy gave it. */
  readonly requestId: string | null;
  readonly clientAddress: string;
  readonly baseUrl: string;
  readonly limits: Pick<Limits, 'queueHardBytes' | 'framesPerSecond' | 'framesBurst'>;
}

/** One WebSocket: what leaves for its peer and what comes from it, and how it ends. Most of them are idle, and small. */
export class Socket implements ClientConnection, RoomListener {
  readonly clientAddress: string;
  readonly baseUrl: string;
  readonly #webSocket: WebSocket;
  readonly #stream: Stream;
  readonly #writer: FrameWriter;
  readonly #limits: SocketOptions['limits'];
  #requestId: string | null;
  #abort: AbortController | null = null;
  #cut: NodeJS.Timeout | null = null;
  #isClosed = false;
  #isEnding = false;
  /** Whoever waits for room. Made anew when it changes: nobody, most of the time. */
  #waiting: readonly (() => void)[] = NOBODY;
  /** Of replies that wait for room. */
  #replyCharacters = 0;
  /** Something has come since the last ping. */
  #heard = true;
  /** What had left the process at the last ping though more waited then, the peer's window being full; null where nothing waited. */
  #goneBytesBefore: number | null = null;
  /** When the frames that have come were due, had each come in its time. */
  #framesDueAt = 0;

  constructor({ webSocket, stream, shared, requestId, clientAddress, baseUrl, limits }: SocketOptions) {
    this.clientAddress = clientAddress;
    this.baseUrl = baseUrl;
    this.#requestId = requestId;
    this.#webSocket = webSocket;
    this.#stream = stream;
    this.#writer = createFrameWriter({ webSocket, stream, shared, listener: this });
    this.#limits = limits;
  }

  /** Made when it is first asked for: most sockets have nothing to tell. */
  get requestId(): string {
    this.#requestId ??= randomUUID();
    return this.#requestId;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#isClosed) this.#abort.abort();
    return this.#abort.signal;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  /** This side has closed it, or it is gone. Where the peer closes, {@link Socket.hasRoom} turns false instead. Cheaper than {@link Socket.isOpen}, which looks at the connection. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  readonly overflow = (): void => this.close(CLOSE_CODES.tooSlow);

  /** To be called once the connection is gone. */
  closed(): void {
    this.#isClosed = true;
    this.#isEnding = true;
    this.#abort?.abort();
    if (this.#cut !== null) clearTimeout(this.#cut);
    this.roomAgain();
  }

  /** False while the peer takes less than it is sent: to be asked before each {@link Socket.next}. */
  get hasRoom(): boolean {
    return this.#writer.hasRoom;
  }

  /** `wake` is called once there is room again, or the socket has closed. */
  whenRoom(wake: () => void): void {
    if (this.#isClosed) wake();
    else this.#waiting = [...this.#waiting, wake];
  }

  roomAgain(): void {
    const waiting = this.#waiting;
    this.#waiting = NOBODY;
    for (const wake of waiting) wake();
  }

  /** A subscription's next message, which ends with `end`. On a socket that is closing it goes nowhere. */
  next(payload: Payload, end: NextEnd): void {
    this.#writer.next(payload, end);
  }

  /**
   * Resolves when there is room for another message, so that whoever awaits it goes at the peer's pace; waits first where other
   * operations' messages wait already. On a socket that is closing it does nothing.
   */
  async send(message: string): Promise<void> {
    while (this.isOpen && this.#writer.waitingBytes > this.#limits.queueHardBytes) await this.#room();
    if (!this.isOpen) return;
    this.#writer.text(message);
    if (!this.#writer.hasRoom) await this.#room();
  }

  /** As {@link Socket.send}, for what a peer may ask for as often as it likes: whoever has let too much of it wait is closed. */
  async reply(message: string): Promise<void> {
    if (this.#replyCharacters > this.#limits.queueHardBytes) return this.overflow();
    this.#replyCharacters += message.length;
    await this.send(message);
    this.#replyCharacters -= message.length;
  }

  close({ code, reason }: Pick<CloseCode, 'code' | 'reason'>): void {
    if (!this.isOpen) return;
    this.#isEnding = true;
    this.#writer.flush();
    this.#webSocket.close(code, Buffer.byteLength(reason) > REASON_BYTES_MAX ? '' : reason);
    this.#cut = setTimeout(() => this.#webSocket.terminate(), CLOSE_MS_MAX);
    this.#cut.unref();
  }

  /** Called at each interval: a peer that has neither answered the last ping nor taken what waited for it is gone. */
  ping(): void {
    const hasTaken = this.#goneBytesBefore !== null && this.#goneBytes() > this.#goneBytesBefore;
    if (!this.#heard && !hasTaken) {
      this.#webSocket.terminate();
      return;
    }
    this.#heard = false;
    if (this.isOpen) this.#webSocket.ping();
    this.#goneBytesBefore = this.#writer.waitingBytes > 0 ? this.#goneBytes() : null;
  }

  /** False where the peer sends more frames than any client has reason to. */
  takeFrame(): boolean {
    this.#heard = true;
    const now = Math.trunc(performance.now());
    const { framesPerSecond, framesBurst } = this.#limits;
    const frameMs = 1_000 / framesPerSecond;
    this.#framesDueAt = Math.max(this.#framesDueAt, now) + frameMs;
    return this.#framesDueAt - now <= framesBurst * frameMs;
  }

  /** What the peer's window has taken. */
  #goneBytes(): number {
    return this.#stream.bytesWritten - this.#stream.writableLength;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.whenRoom(resolve));
  }
}

const NOBODY: readonly never[] = [];
