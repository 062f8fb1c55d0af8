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
import type { Origins } from './origins.ts';
import { requestIdFrom } from './request-id.ts';
import { Socket } from './socket.ts';
import type { createSocketProtocol } from './socket-protocol.ts';

export interface WebSocketsOptions {
  readonly protocol: ReturnType<typeof createSocketProtocol>;
  readonly admission: Admission;
  readonly origins: Origins;
  readonly trustedProxies: number;
  readonly limits: Limits;
  readonly logger: Logger;
}

/** All WebSockets of this node. */
export class WebSockets {
  readonly #options: WebSocketsOptions;
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<Socket>();
  readonly #pings: NodeJS.Timeout;
  #draining = false;

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
    const { admission, origins, trustedProxies } = this.#options;
    stream.on('error', () => stream.destroy());
    const path = (request.url ?? '').split('?', 1)[0];
    if (path !== '/graphql') return refuse(stream, '404 Not Found');
    const client = clientAddress(request, trustedProxies);
    if (!origins.allows(request, client.baseUrl)) return refuse(stream, '403 Forbidden');
    const leave = this.#draining ? null : admission.enter();
    if (leave === null) return refuse(stream, '503 Service Unavailable');
    stream.once('close', leave);
    const leaveUnknown = admission.enterUnknown(client.address);
    if (leaveUnknown === null) return refuse(stream, '429 Too Many Requests');
    stream.once('close', leaveUnknown);
    this.#server.handleUpgrade(request, stream, head, (webSocket) => {
      this.#open(webSocket, request, client, leaveUnknown);
    });
  }

  /** Lets go of all sockets, one after the other over the window, so that their clients do not come back as one. */
  async drain(windowMs: number): Promise<void> {
    this.#draining = true;
    const sockets = [...this.#sockets];
    const startedAt = performance.now();
    for (const [index, socket] of sockets.entries()) {
      const dueMs = (windowMs * index) / sockets.length - (performance.now() - startedAt);
      if (dueMs > 1) await delay(dueMs);
      socket.close(CLOSE_CODES.draining);
    }
    clearInterval(this.#pings);
    this.#server.close();
  }

  #open(webSocket: WebSocket, request: IncomingMessage, client: ClientAddress, identified: () => void): void {
    const { protocol, limits, logger } = this.#options;
    const socket = new Socket({
      webSocket,
      requestId: requestIdFrom(request.headers['x-request-id']),
      clientAddress: client.address,
      baseUrl: client.baseUrl,
      identified,
      limits,
    });
    this.#sockets.add(socket);
    const failed = (error: unknown): void => {
      if (!socket.isOpen) return;
      if (isOutOfPlace(error)) return socket.close(CLOSE_CODES.badRequest);
      logger.error({ requestId: socket.requestId, err: error }, 'socket failed');
      socket.close(CLOSE_CODES.internal);
    };
    const closed = protocol.opened(
      {
        protocol: webSocket.protocol,
        send: (data) => socket.send(data),
        close: (code, reason) => webSocket.close(code, reason),
        onMessage: (take) => {
          webSocket.on('message', (data, isBinary) => {
            if (!socket.takeFrame()) socket.close(CLOSE_CODES.tooManyFrames);
            else if (isBinary) socket.close(CLOSE_CODES.badRequest);
            else if (socket.isOpen) take(String(data)).catch(failed);
          });
        },
      },
      { socket },
    );
    webSocket.on('pong', () => {
      socket.silent = false;
    });
    // ws closes the socket itself after an error of the peer's: a frame too large, broken UTF-8, a reset.
    webSocket.on('error', (error) => logger.debug({ requestId: socket.requestId, err: error }, 'socket error'));
    webSocket.once('close', (code, reason) => {
      this.#sockets.delete(socket);
      socket.closed();
      closed(code, String(reason)).catch(failed);
    });
  }
}

/** What graphql-ws throws for a message that only a server may send. */
const isOutOfPlace = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('Unexpected message of type');

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
