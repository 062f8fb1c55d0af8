import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { GRAPHQL_TRANSPORT_WS_PROTOCOL, handleProtocols } from 'graphql-ws';
import { type RawData, type Server, WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../config/limits.ts';
import type { Logger } from '../telemetry/logs.ts';
import { type ClientAddress, clientAddress } from './client-address.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { Conversation, type ConversationParts } from './conversation.ts';
import { FrameMaker } from './frame.ts';
import { type FrameShared, WriteTurn } from './frame-writer.ts';
import type { Origins } from './origins.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { givenRequestId, requestIdFrom } from './request-id.ts';
import { millisecondsSince } from './request-log.ts';
import { Socket } from './socket.ts';
import { SocketIdentity, type SocketIdentityParts } from './socket-identity.ts';
import { spread } from './spread.ts';
import { Turnstile } from './turnstile.ts';

export interface WebSocketsOptions extends ConversationParts, SocketIdentityParts {
  readonly origins: Origins;
  readonly trustedProxies: number;
  readonly takesSockets: boolean;
  /** Aborts when the node drains. */
  readonly draining: AbortSignal;
  readonly limits: Limits;
  /** For a line at the beginning and the end of each socket. */
  readonly lines: Logger;
}

/** A socket that is let go waits so long for answers; a client that asks on and on must not keep it. */
const ANSWER_MS_MAX = 5_000;
const ANSWER_LOOK_MS = 5;

/** Somebody connected. */
interface Guest {
  readonly socket: Socket;
  readonly identity: SocketIdentity;
  readonly conversation: Conversation;
  /** As `performance.now()`, in whole milliseconds. */
  readonly openedAt: number;
  pingAt: number;
}

/**
 * Of those who come back all at once: what they ask for next follows at that pace, so that a turn stays short, and others' messages pass between.
 */
const HANDSHAKES_PER_TURN = 16;
/** Of those who go all at once, as when a network between fails. */
const FAREWELLS_PER_TURN = 16;

/** One timer looks after all sockets: what is due since it looked last. */
const LOOK_MS = 500;
/** Spreads the pings of sockets that come at once over the interval. */
const PING_STEP_MS = 617;

/** A WebSocket that knows whose it is, so that all share the same listeners. */
class GuestSocket extends WebSocket {
  guest: Guest | null = null;
}

/** All WebSockets of this node. */
export class WebSockets {
  readonly #options: WebSocketsOptions;
  readonly #server: Server<typeof GuestSocket>;
  readonly #guests = new Set<Guest>();
  readonly #shared: FrameShared = { maker: new FrameMaker(), turn: new WriteTurn() };
  readonly #handshakes = new Turnstile(HANDSHAKES_PER_TURN);
  readonly #farewells = new Turnstile(FAREWELLS_PER_TURN);
  readonly #timer: NodeJS.Timeout;
  #opened = 0;

  constructor(options: WebSocketsOptions) {
    this.#options = options;
    this.#server = new WebSocketServer<typeof GuestSocket>({
      WebSocket: GuestSocket,
      noServer: true,
      maxPayload: options.limits.frameBytesMax,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols,
    });
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  get size(): number {
    return this.#guests.size;
  }

  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const client = clientAddress(request, this.#options.trustedProxies);
    const refusal = this.#admit(request, client);
    if (refusal !== null) {
      const requestId = requestIdFrom(request.headers['x-request-id']);
      this.#options.lines.info({ requestId, status: Number.parseInt(refusal, 10) }, 'socket refused');
      refuseUpgrade(stream, refusal);
      return;
    }
    stream.on('error', ignored);
    this.#handshakes.pass(() => {
      stream.off('error', ignored);
      let isOpen = false;
      if (this.#options.draining.aborted) refuseUpgrade(stream, '503 Service Unavailable');
      else
        this.#server.handleUpgrade(request, stream, head, (webSocket) => {
          isOpen = true;
          this.#open(webSocket, request, client);
        });
      // ws answers by itself what is no handshake, and ends what has closed while it waited.
      if (!isOpen) this.#leave(client);
    });
  }

  /** Lets go of all sockets, one after the other over the window; what they have asked is answered first. */
  async drain(windowMs: number): Promise<void> {
    const leaving: Promise<void>[] = [];
    await spread(this.#guests, windowMs, (guest) => leaving.push(letGo(guest)));
    await Promise.all(leaving);
    clearInterval(this.#timer);
    this.#server.close();
  }

  /** The status to refuse with; null for who has now a place on the node, and one among the unknown of the address. */
  #admit(request: IncomingMessage, client: ClientAddress): string | null {
    const { admission, origins, takesSockets, draining } = this.#options;
    if ((request.url ?? '').split('?', 1)[0] !== '/graphql') return '404 Not Found';
    if (!origins.allows(request, client.baseUrl)) return '403 Forbidden';
    if (draining.aborted || !takesSockets || !admission.enter()) return '503 Service Unavailable';
    if (admission.enterUnknown(client.address)) return null;
    admission.leave();
    return '429 Too Many Requests';
  }

  #leave({ address }: ClientAddress): void {
    this.#options.admission.leave();
    this.#options.admission.leaveUnknown(address);
  }

  #open(webSocket: GuestSocket, request: IncomingMessage, client: ClientAddress): void {
    const { lines, limits } = this.#options;
    const socket = new Socket({
      ...{ webSocket, limits, shared: this.#shared },
      stream: request.socket,
      requestId: givenRequestId(request.headers['x-request-id']),
      clientAddress: client.address,
      baseUrl: client.baseUrl,
    });
    const identity = new SocketIdentity(socket, this.#options);
    const conversation = new Conversation(socket, identity, this.#options);
    const openedAt = Math.trunc(performance.now());
    this.#opened += 1;
    const pingAt = openedAt + ((this.#opened * PING_STEP_MS) % limits.pingIntervalMs);
    const guest: Guest = { socket, identity, conversation, openedAt, pingAt };
    this.#guests.add(guest);
    if (lines.isLevelEnabled('debug')) lines.debug({ requestId: socket.requestId }, 'socket opened');
    webSocket.guest = guest;
    webSocket.on('message', this.#onMessage);
    // ws answers a ping by itself, and a pong may come unasked; both count like any other frame.
    webSocket.on('ping', onFrame);
    webSocket.on('pong', onFrame);
    // ws closes the socket itself after an error of the peer's: a frame too large, broken UTF-8, a reset.
    webSocket.on('error', this.#onError);
    webSocket.on('close', this.#onClose);
    if (webSocket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL) socket.close(CLOSE_CODES.subprotocol);
  }

  readonly #onMessage = listener((guest, data: RawData, isBinary: boolean) => {
    const { socket, conversation } = guest;
    if (!socket.takeFrame()) socket.close(CLOSE_CODES.tooManyFrames);
    else if (isBinary) socket.close(CLOSE_CODES.badRequest);
    else if (socket.isOpen) conversation.take(String(data)).catch((error: unknown) => this.#fail(guest, error));
  });

  readonly #onError = listener(({ socket }, error: Error) => {
    const { logger } = this.#options;
    if (logger.isLevelEnabled('debug')) logger.debug({ requestId: socket.requestId, err: error }, 'socket error');
  });

  readonly #onClose = listener((guest, code: number) => this.#farewells.pass(() => this.#close(guest, code)));

  #close(guest: Guest, code: number): void {
    const { socket, identity, conversation, openedAt } = guest;
    this.#guests.delete(guest);
    const userId = identity.viewer?.userId ?? null;
    const { lines, admission } = this.#options;
    const durationMs = millisecondsSince(openedAt);
    if (lines.isLevelEnabled('info')) {
      lines.info({ requestId: socket.requestId, code, durationMs, userId }, 'socket closed');
    }
    socket.closed();
    conversation.end();
    identity.release();
    admission.leave();
  }

  #fail({ socket }: Guest, error: unknown): void {
    if (!socket.isOpen) return;
    this.#options.logger.error({ requestId: socket.requestId, err: error }, 'socket failed');
    socket.close(CLOSE_CODES.internal);
  }

  #look(): void {
    const { connectionInitMs, pingIntervalMs } = this.#options.limits;
    const now = Math.trunc(performance.now());
    const time = Date.now();
    for (const guest of this.#guests) {
      const { socket, conversation, identity, openedAt } = guest;
      if (identity.hasExpired(time)) socket.close(CLOSE_CODES.forbidden);
      else if (!conversation.hasBegun && now - openedAt >= connectionInitMs) socket.close(CLOSE_CODES.initTimeout);
      if (now < guest.pingAt) continue;
      guest.pingAt = now + pingIntervalMs;
      socket.ping();
    }
  }
}

async function letGo({ socket, conversation }: Guest): Promise<void> {
  const deadline = performance.now() + ANSWER_MS_MAX;
  while (socket.isOpen && conversation.isAnswering && performance.now() < deadline) await delay(ANSWER_LOOK_MS);
  socket.close(CLOSE_CODES.draining);
}

/** One listener for all sockets. */
function listener<Parameters extends readonly unknown[]>(act: (guest: Guest, ...parameters: Parameters) => void) {
  return function listen(this: WebSocket, ...parameters: Parameters): void {
    if (this instanceof GuestSocket && this.guest !== null) act(this.guest, ...parameters);
  };
}

const onFrame = listener(({ socket }) => {
  if (!socket.takeFrame()) socket.close(CLOSE_CODES.tooManyFrames);
});

/** The connection closes by itself, which is told by its own event. */
const ignored = (): void => {};
