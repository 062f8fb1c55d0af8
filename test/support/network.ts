import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export type Blockable = 'websocket' | 'server-sent events';

/**
 * The network between a client and a node: a proxy that can be cut, that can swallow everything, and that can refuse what some networks refuse.
 * A browser's own emulation of being offline misses sockets that are open.
 */
export class Network implements AsyncDisposable {
  readonly blocked = new Set<Blockable>();
  /** The names of the operations that came over HTTP, in order. */
  readonly operations: string[] = [];
  /** What the next request is like whose answer does not arrive: the node has done what it was asked. Null once that has happened. */
  loses: RegExp | null = null;
  /** WebSockets that were opened. */
  upgrades = 0;
  readonly #server: Server;
  readonly #port: () => number;
  readonly #sockets = new Set<Socket>();
  readonly #tunnels = new Set<Duplex>();
  #state: 'open' | 'cut' | 'swallowing' = 'open';

  private constructor(port: () => number) {
    this.#port = port;
    this.#server = createServer((incoming, response) => this.#forward(incoming, response));
    this.#server.on('upgrade', (incoming, socket, head) => this.#tunnel(incoming, socket, head));
    this.#server.on('connection', (socket) => {
      if (this.#state === 'cut') socket.destroy();
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    this.#server.on('clientError', (_, socket) => socket.destroy());
  }

  /** @param port the node's, which may come back at another */
  static async open(port: () => number): Promise<Network> {
    const network = new Network(port);
    network.#server.listen(0, '127.0.0.1');
    await once(network.#server, 'listening');
    return network;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `${this.origin}/graphql`;
  }

  /** WebSockets that are open now. */
  get sockets(): number {
    return this.#tunnels.size;
  }

  /** Breaks every connection and refuses new ones. */
  cut(): void {
    this.#state = 'cut';
    this.breakConnections();
  }

  /** Nothing passes any more, and nobody is told. */
  swallow(): void {
    this.#state = 'swallowing';
  }

  restore(): void {
    this.#state = 'open';
    // What was swallowed was lost.
    this.breakConnections();
  }

  breakConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** How often an operation came over HTTP. */
  count(operation: string): number {
    return this.operations.filter((name) => name === operation).length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    if (this.#state !== 'open') return;
    const { method, url: path, headers } = incoming;
    if (headers.accept === 'text/event-stream' && this.blocked.has('server-sent events')) {
      response.writeHead(403).end('no streams here');
      return;
    }
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const name = /^\{"query":"(?:query|mutation|subscription) (\w+)/.exec(String(Buffer.concat(chunks)))?.[1];
      if (name !== undefined) this.operations.push(name);
    });
    const outgoing = request({ host: '127.0.0.1', port: this.#port(), method, path, headers }, (answer) => {
      if (this.loses?.test(String(Buffer.concat(chunks)))) {
        this.loses = null;
        response.destroy();
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      // At once: an event stream's headers come long before its first event.
      response.flushHeaders();
      answer.on('data', (chunk: Buffer) => {
        if (this.#state === 'open') response.write(chunk);
      });
      answer.once('end', () => response.end());
      answer.once('error', () => response.destroy());
    });
    outgoing.once('error', () => response.destroy());
    response.once('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }

  #tunnel(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (this.#state !== 'open') return;
    if (this.blocked.has('websocket')) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const node = connect(this.#port(), '127.0.0.1', () => {
      this.upgrades += 1;
      this.#tunnels.add(socket);
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
        lines.push(`${incoming.rawHeaders[index]}: ${incoming.rawHeaders[index + 1]}`);
      }
      node.write(`${lines.join('\r\n')}\r\n\r\n`);
      node.write(head);
      this.#pass(node, socket);
      this.#pass(socket, node);
    });
    socket.once('close', () => {
      this.#tunnels.delete(socket);
      node.destroy();
    });
    node.once('close', () => socket.destroy());
    node.on('error', () => socket.destroy());
    socket.on('error', () => node.destroy());
  }

  #pass(from: Duplex, to: Duplex): void {
    from.on('data', (chunk: Buffer) => {
      if (this.#state === 'open') to.write(chunk);
    });
    from.once('end', () => to.end());
  }
}
