import { once } from 'node:events';
import { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { until } from './until.ts';

export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A client that speaks raw graphql-transport-ws frames, and remembers all that it is sent. */
export class TestSocket implements AsyncDisposable {
  readonly webSocket: WebSocket;
  readonly frames: Frame[] = [];
  /** The TCP connection below, once it is open. */
  connection: Socket = new Socket();
  closed: { readonly code: number; readonly reason: string } | null = null;

  constructor(
    url: string,
    protocols: string | string[] = 'graphql-transport-ws',
    headers: Record<string, string> = {},
  ) {
    this.webSocket = new WebSocket(url, protocols, { headers });
    this.webSocket.on('message', (data) => this.frames.push(JSON.parse(String(data)) as Frame));
    this.webSocket.on('close', (code, reason) => {
      this.closed = { code, reason: String(reason) };
    });
    this.webSocket.on('upgrade', ({ socket }) => {
      this.connection = socket;
    });
    this.webSocket.on('error', () => {});
  }

  /** Open and acknowledged. */
  static async connect(url: string, token: string | null, headers: Record<string, string> = {}): Promise<TestSocket> {
    const socket = new TestSocket(url, 'graphql-transport-ws', headers);
    await once(socket.webSocket, 'open');
    socket.send({
      type: 'connection_init',
      ...(token === null ? {} : { payload: { authorization: `Bearer ${token}` } }),
    });
    await socket.frame('connection_ack');
    return socket;
  }

  send(frame: Frame | string): void {
    this.webSocket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  subscribe(id: string, query: string, variables: Record<string, unknown> = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, variables } });
  }

  /** The first frame of a type, and of an operation where one is named. */
  frame(type: string, id?: string, withinMs?: number): Promise<Frame> {
    return until(
      `a frame ${type} ${id ?? ''}`,
      () => this.frames.find((frame) => frame.type === type && (id === undefined || frame.id === id)),
      withinMs,
    );
  }

  /** What the root field `field` of an operation's results has been so far. */
  results<Event>(id: string, field: string): readonly Event[] {
    return this.frames.flatMap((frame) => {
      if (frame.type !== 'next' || frame.id !== id) return [];
      const { data } = frame.payload as { data?: Record<string, Event> | null };
      const event = data?.[field];
      return event === undefined || event === null ? [] : [event];
    });
  }

  async end(withinMs = 10_000): Promise<{ readonly code: number; readonly reason: string }> {
    return until('the socket to close', () => this.closed, withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.webSocket.terminate();
  }
}
