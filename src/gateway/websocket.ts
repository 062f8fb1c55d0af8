import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../config/limits.ts';
import type { Logger } from '../telemetry/logs.ts';
import type { Admission } from './admission.ts';
import { type ClientAddress, clientAddress } from './client-address.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { FrameMaker } from './frame.ts';
import { WriteTurn } from './frame-writer.ts';
import { Incoming } from './incoming.ts';
import type { Origins } from './origins.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { requestIdFrom } from './request-id.ts';
import { millisecondsSince } from './request-log.ts';
import { Socket } from './socket.ts';
import type { createSocketProtocol } from './socket-protocol.ts';
import { spread } from './spread.ts';

export interface WebSocketsOptions {
  readonly protocol: ReturnType<typeof createSocketProtocol>;
  readonly admission: Admission;
  readonly origins: Origins;
  readonly trustedProxies: number;
  readonly takesSockets: boolean;
  /** Aborts when the node drains. */
  readonly draining: AbortSignal;
  readonly limits: Limits;
  readonly logger: Logger;
  /** For a line at the beginning and the end of each socket. */
  readonly lines: Logger;
}

/** A socket that is let go waits so long for answers; a client that asks on and on must not keep it. */
const ANSWER_MS_MAX = 5_000;
const ANSWER_LOOK_MS = 5;

/** All WebSockets of this node. */
export class WebSockets {
  readonly #options: WebSocketsOptions;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  readonly #maker = new FrameMaker();
  readonly #turn = new WriteTurn();
  readonly #pings: NodeJS.Timeout;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer({
      noServer: true,
      maxPayload: options.limits.frameBytesMax,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols,
    });
    this.#pings = setInterval(() => {
      for (const socket of this.#sockets) socket.ping();
    }, options.limits.pingIntervalMs);
    this.#pings.unref();
  }

  get size(): number {
    return this.#sockets.size;
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const client = clientAddress(request, this.#options.trustedProxies);
    const place = this.#admit(request, client);
    if (typeof place === 'string') {
      const requestId = requestIdFrom(request.headers['x-request-id']);
      this.#options.lines.info({ requestId, status: Number.parseInt(place, 10) }, 'socket refused');
      refuseUpgrade(stream, place);
      return;
    }
    stream.on('error', () => stream.destroy());
    stream.once('close', place.leave);
    this.#server.handleUpgrade(request, stream, head, (webSocket) => {
      this.#open(webSocket, request, client, place.identified);
    });
  }

  /** Lets go of all sockets, one after the other over the window; what they have asked is answered first. */
  async drain(windowMs: number): Promise<void> {
    const leaving: Promise<void>[] = [];
    await spread(this.#sockets, windowMs, (socket) => leaving.push(letGo(socket)));
    await Promise.all(leaving);
    clearInterval(this.#pings);
    this.#server.close();
  }

  /** The status to refuse with, or a place: to be left when the connection ends, and one of the unknown until it is known whose it is. */
  #admit(
    request: IncomingMessage,
    client: ClientAddress,
  ): string | { readonly leave: () => void; readonly identified: () => void } {
    const { admission, origins, takesSockets, draining } = this.#options;
    if ((request.url ?? '').split('?', 1)[0] !== '/graphql') return '404 Not Found';
    if (!origins.allows(request, client.baseUrl)) return '403 Forbidden';
    const leaveNode = draining.aborted || !takesSockets ? null : admission.enter();
    if (leaveNode === null) return '503 Service Unavailable';
    const identified = admission.enterUnknown(client.address);
    if (identified === null) {
      leaveNode();
      return '429 Too Many Requests';
    }
    const leave = (): void => {
      leaveNode();
      identified();
    };
    return { leave, identified };
  }

  #open(webSocket: WebSocket, request: IncomingMessage, client: ClientAddress, identified: () => void): void {
    const { protocol, limits, logger, lines } = this.#options;
    const socket = new Socket({
      webSocket,
      stream: request.socket,
      maker: this.#maker,
      turn: this.#turn,
      requestId: requestIdFrom(request.headers['x-request-id']),
      clientAddress: client.address,
      baseUrl: client.baseUrl,
      identified,
      limits,
    });
    this.#sockets.add(socket);
    const openedAt = performance.now();
    lines.debug({ requestId: socket.requestId }, 'socket opened');
    const failed = (error: unknown): void => {
      if (!socket.isOpen) return;
      logger.error({ requestId: socket.requestId, err: error }, 'socket failed');
      socket.close(CLOSE_CODES.internal);
    };
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => socket.send(data),
        close: (code = CLOSE_CODES.internal.code, reason = '') => socket.close({ code, reason }),
        onMessage: (handle) => {
          const incoming = new Incoming({
            handle,
            refuse: () => socket.close(CLOSE_CODES.badRequest),
            refuseId: () => socket.close(CLOSE_CODES.idInUse),
          });
          webSocket.on('message', (data, isBinary) => {
            if (!socket.takeFrame()) socket.close(CLOSE_CODES.tooManyFrames);
            else if (isBinary) socket.close(CLOSE_CODES.badRequest);
            else if (socket.isOpen) incoming.take(String(data)).catch(failed);
          });
        },
      },
      { socket },
    );
    // ws answers a ping by itself, and a pong may come unasked; both count like any other frame.
    const count = (): void => {
      if (!socket.takeFrame()) socket.close(CLOSE_CODES.tooManyFrames);
    };
    webSocket.on('ping', count);
    webSocket.on('pong', count);
    // ws closes the socket itself after an error of the peer's: a frame too large, broken UTF-8, a reset.
    webSocket.on('error', (error) => logger.debug({ requestId: socket.requestId, err: error }, 'socket error'));
    webSocket.once('close', (code, reason) => {
      this.#sockets.delete(socket);
      const userId = socket.viewer?.userId ?? null;
      const durationMs = millisecondsSince(openedAt);
      lines.info({ requestId: socket.requestId, code, durationMs, userId }, 'socket closed');
      socket.closed();
      closed(code, String(reason)).catch(failed);
    });
  }
}

async function letGo(socket: Socket): Promise<void> {
  const deadline = performance.now() + ANSWER_MS_MAX;
  while (socket.isOpen && socket.isAnswering() && performance.now() < deadline) await delay(ANSWER_LOOK_MS);
  socket.close(CLOSE_CODES.draining);
}
