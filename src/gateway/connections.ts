import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Limits } from '../config/limits.ts';

export interface ConnectionsOptions {
  /** Sockets and streams. */
  readonly connectionsMax: number;
  readonly limits: Pick<Limits, 'requestConnectionsMin' | 'surplusConnectionsMax' | 'surplusIdleMs'>;
  /** Told when the node has become full: once, until it no longer is. */
  readonly full: (connections: number) => void;
}

/**
 * How many TCP connections a node holds, whatever they carry. One past the bound is a surplus one: whoever serves it answers
 * that the node is full, or how it is, and lets it go. Past those too connections are closed unanswered.
 */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #surplus = new WeakSet<Duplex>();
  readonly #max: number;
  #open = 0;
  #isFull = false;

  constructor(options: ConnectionsOptions) {
    const { connectionsMax, limits } = options;
    this.#options = options;
    this.#max = connectionsMax + Math.max(connectionsMax, limits.requestConnectionsMin);
  }

  get open(): number {
    return this.#open;
  }

  isSurplus(connection: Duplex): boolean {
    return this.#surplus.has(connection);
  }

  /** To be called before the server listens. */
  count(server: Server): void {
    const { limits, full } = this.#options;
    server.maxConnections = this.#max + limits.surplusConnectionsMax;
    const closed = (): void => {
      this.#open -= 1;
      if (this.#open < this.#max) this.#isFull = false;
    };
    server.on('connection', (socket) => {
      this.#open += 1;
      socket.on('close', closed);
      if (this.#open <= this.#max) return;
      this.#surplus.add(socket);
      socket.setTimeout(limits.surplusIdleMs);
      if (this.#isFull) return;
      this.#isFull = true;
      full(this.#open);
    });
  }
}
