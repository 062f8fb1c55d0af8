import type { Socket as Stream } from 'node:net';
import type { WebSocket } from 'ws';
import type { Limits } from '../config/limits.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { ClientConnection } from '../graphql/context.ts';
import type { Payload } from '../graphql/payload.ts';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';
import type { FrameMaker } from './frame.ts';
import { createFrameWriter, type FrameWriter, type WriteTurn } from './frame-writer.ts';
import { SessionWatch } from './session-watch.ts';

/** A closing handshake that takes longer is cut: the peer does not read. */
const CLOSE_MS_MAX = 5_000;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

export interface SocketOptions {
  readonly webSocket: WebSocket;
  /** The connection below it. */
  readonly stream: Stream;
  readonly maker: FrameMaker;
  readonly turn: WriteTurn;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly baseUrl: string;
  /** Called once it is known who is behind the socket. */
  readonly identified: () => void;
  readonly limits: Pick<Limits, 'queueHardBytes' | 'framesPerSecond' | 'framesBurst'>;
}

/** One WebSocket: who is behind it, what it may send, and how it ends. */
export class Socket implements ClientConnection {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly baseUrl: string;
  readonly watch: SessionWatch;
  /** Whether an operation waits for its one answer. */
  isAnswering: () => boolean = () => false;
  readonly #webSocket: WebSocket;
  readonly #stream: Stream;
  readonly #writer: FrameWriter;
  readonly #limits: SocketOptions['limits'];
  readonly #identified: () => void;
  readonly #abort = new AbortController();
  readonly #releases: (() => void)[] = [];
  #viewer: Viewer | null = null;
  /** Whoever waits for room. */
  #waiting: (() => void)[] = [];
  /** Something has come since the last ping. */
  #heard = true;
  /** What had left the process at the last ping though more waited then, the peer's window being full; null where nothing waited. */
  #goneBytesBefore: number | null = null;
  #frames: number;
  #framesAt = performance.now();

  constructor(options: SocketOptions) {
    const { webSocket, stream, maker, turn } = options;
    this.requestId = options.requestId;
    this.clientAddress = options.clientAddress;
    this.baseUrl = options.baseUrl;
    this.#webSocket = webSocket;
    this.#stream = stream;
    this.#writer = createFrameWriter(webSocket, { stream, maker, turn, roomAgain: () => this.#roomAgain() });
    this.#limits = options.limits;
    this.#frames = options.limits.framesBurst;
    this.#identified = options.identified;
    this.watch = new SessionWatch(() => this.close(CLOSE_CODES.forbidden));
    this.onClose(() => this.watch.stop());
  }

  /** Null for who has not shown a token. */
  get viewer(): Viewer | null {
    return this.#viewer;
  }

  identify(viewer: Viewer): void {
    this.#viewer = viewer;
    this.#identified();
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  overflow(): void {
    this.close(CLOSE_CODES.tooSlow);
  }

  /** Called when the socket has closed; at once where it has already. */
  onClose(release: () => void): void {
    if (this.#abort.signal.aborted) release();
    else this.#releases.push(release);
  }

  closed(): void {
    this.#abort.abort();
    this.#roomAgain();
    for (const release of this.#releases.splice(0)) release();
  }

  /** False while the peer takes less than it is sent: to be asked before each {@link Socket.next}. */
  get hasRoom(): boolean {
    return this.#writer.hasRoom;
  }

  /** `wake` is called once there is room again, or the socket has closed. */
  whenRoom(wake: () => void): void {
    if (this.#abort.signal.aborted) wake();
    else this.#waiting.push(wake);
  }

  /** A subscription's next message, which ends with `end`. On a socket that is closing it does nothing. */
  next(payload: Payload, end: string): void {
    if (this.isOpen) this.#writer.next(payload, end);
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

  close({ code, reason }: Pick<CloseCode, 'code' | 'reason'>): void {
    if (!this.isOpen) return;
    this.#writer.flush();
    this.#webSocket.close(code, Buffer.byteLength(reason) > REASON_BYTES_MAX ? '' : reason);
    const cut = setTimeout(() => this.#webSocket.terminate(), CLOSE_MS_MAX);
    cut.unref();
    this.onClose(() => clearTimeout(cut));
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

  heard(): void {
    this.#heard = true;
  }

  /** False where the peer sends more frames than any client has reason to. */
  takeFrame(): boolean {
    this.heard();
    const now = performance.now();
    const { framesPerSecond, framesBurst } = this.#limits;
    this.#frames = Math.min(framesBurst, this.#frames + ((now - this.#framesAt) / 1_000) * framesPerSecond) - 1;
    this.#framesAt = now;
    return this.#frames >= 0;
  }

  /** What the peer's window has taken. */
  #goneBytes(): number {
    return this.#stream.bytesWritten - this.#stream.writableLength;
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.whenRoom(resolve));
  }

  #roomAgain(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
