import type { WebSocket } from 'ws';
import type { Limits } from '../config/limits.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { ClientConnection } from '../graphql/context.ts';
import { CLOSE_CODES, type CloseCode } from './close-codes.ts';
import { SessionWatch } from './session-watch.ts';

/** A closing handshake that takes longer is cut: the peer does not read. */
const CLOSE_MS_MAX = 5_000;
const FRAMES_PER_SECOND = 100;
const FRAMES_BURST = 1_000;
/** What a close frame has room for. */
const REASON_BYTES_MAX = 123;

export interface SocketOptions {
  readonly webSocket: WebSocket;
  readonly requestId: string;
  readonly clientAddress: string;
  readonly baseUrl: string;
  /** Called once it is known who is behind the socket. */
  readonly identified: () => void;
  readonly limits: Pick<Limits, 'queueHardBytes'>;
}

/** One WebSocket: who is behind it, what it may send, and how it ends. */
export class Socket implements ClientConnection {
  readonly requestId: string;
  readonly clientAddress: string;
  readonly baseUrl: string;
  readonly watch: SessionWatch;
  readonly #webSocket: WebSocket;
  readonly #limits: SocketOptions['limits'];
  readonly #identified: () => void;
  readonly #abort = new AbortController();
  readonly #releases: (() => void)[] = [];
  #viewer: Viewer | null = null;
  /** Resolves at the next frame that leaves the process. */
  #flushed = Promise.withResolvers<void>();
  /** Something has come since the last ping. */
  #heard = true;
  /** Something left since the last ping though the peer's window was full then: it reads, if slowly. */
  #drained = false;
  #backlogged = false;
  #frames = FRAMES_BURST;
  #framesAt = performance.now();

  constructor({ webSocket, requestId, clientAddress, baseUrl, identified, limits }: SocketOptions) {
    this.requestId = requestId;
    this.clientAddress = clientAddress;
    this.baseUrl = baseUrl;
    this.#webSocket = webSocket;
    this.#limits = limits;
    this.#identified = identified;
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
    this.#flush();
    for (const release of this.#releases.splice(0)) release();
  }

  /**
   * Resolves when the frame has left the process, so that whoever awaits it goes at the peer's pace; waits first where
   * other operations' frames fill the buffer. On a socket that has closed it does nothing.
   */
  async send(data: string): Promise<void> {
    while (this.isOpen && this.#webSocket.bufferedAmount > this.#limits.queueHardBytes) await this.#flushed.promise;
    if (!this.isOpen) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    // An error means that the socket is closing, which is told by its own event.
    this.#webSocket.send(data, () => {
      this.#flush();
      resolve();
    });
    await promise;
  }

  close({ code, reason }: Pick<CloseCode, 'code' | 'reason'>): void {
    if (!this.isOpen) return;
    this.#webSocket.close(code, Buffer.byteLength(reason) > REASON_BYTES_MAX ? '' : reason);
    const cut = setTimeout(() => this.#webSocket.terminate(), CLOSE_MS_MAX);
    cut.unref();
    this.onClose(() => clearTimeout(cut));
  }

  /** Called at each interval: a peer that has neither answered the last ping nor taken what waited for it is gone. */
  ping(): void {
    if (!this.#heard && !this.#drained) {
      this.#webSocket.terminate();
      return;
    }
    this.#heard = false;
    this.#drained = false;
    if (this.isOpen) this.#webSocket.ping();
    this.#backlogged = this.#webSocket.bufferedAmount > 0;
  }

  heard(): void {
    this.#heard = true;
  }

  /** False where the peer sends more frames than any client has reason to. */
  takeFrame(): boolean {
    this.heard();
    const now = performance.now();
    this.#frames = Math.min(FRAMES_BURST, this.#frames + ((now - this.#framesAt) / 1_000) * FRAMES_PER_SECOND) - 1;
    this.#framesAt = now;
    return this.#frames >= 0;
  }

  #flush(): void {
    this.#drained ||= this.#backlogged;
    const flushed = this.#flushed;
    this.#flushed = Promise.withResolvers();
    flushed.resolve();
  }
}
