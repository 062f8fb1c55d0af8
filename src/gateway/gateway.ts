import type { AddressInfo } from 'node:net';
import type { Config } from '../config/config.ts';
import type { Limits } from '../config/limits.ts';
import type { Engine } from '../graphql/engine.ts';
import type { Services } from '../services/services.ts';
import type { Hub } from '../stream/hub.ts';
import { type Logger, withoutRedaction } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { Admission } from './admission.ts';
import { Connections } from './connections.ts';

import { createGraphqlOverHttp } from './graphql-over-http.ts';
import { createHttpServer } from './http.ts';
import { Origins } from './origins.ts';
import type { Page } from './page.ts';
import { refuseUpgrade } from './refuse-upgrade.ts';
import { spread } from './spread.ts';
import type { EventStream } from './stream-lifetime.ts';
import { WebSockets } from './websocket.ts';

export interface GatewayOptions {
  readonly roles: Config['node']['roles'];
  readonly server: Config['server'];
  readonly engine: Engine;
  readonly services: Services;
  readonly hub: Hub;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly pages: readonly Page[];
  /** False while the store takes no writes: the node is not ready then. */
  readonly isWritable: () => boolean;
  readonly limits: Limits;
  readonly logger: Logger;
}

/** How long requests that were taken may go on once the sockets are gone. */
const FINISH_MS_MAX = 10_000;
const IDLE_LOOK_MS = 50;

/** The node's door: HTTP, server-sent events and WebSockets on one port. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #connections: Connections;
  readonly #admission: Admission;
  readonly #webSockets: WebSockets;
  readonly #http: ReturnType<typeof createHttpServer>;
  /** Server-sent event streams. */
  readonly #streams = new Set<EventStream>();
  readonly #draining = new AbortController();
  readonly #finishing = new AbortController();

  constructor(options: GatewayOptions) {
    const { server, limits, logger } = options;
    this.#options = options;
    this.#connections = new Connections({
      ...{ connectionsMax: server.connectionsMax, limits },
      full: (open) => logger.warn({ connections: open }, 'the node is full: new connections are refused'),
    });
    this.#admission = new Admission({ ...limits, connectionsMax: server.connectionsMax });
    const shared = {
      ...options,
      ...server,
      lines: withoutRedaction(logger),
      admission: this.#admission,
      origins: new Origins(server.allowedOrigins),
      draining: this.#draining.signal,
      // Without one of the two a node only consumes the log, and answers how it is.
      takesRequests: options.roles.includes('api') || options.roles.includes('gateway'),
      takesSockets: options.roles.includes('gateway'),
    };
    this.#webSockets = new WebSockets(shared);
    this.#http = createHttpServer({
      ...shared,
      graphql: createGraphqlOverHttp({ ...shared, streams: this.#streams, stalledMs: limits.stalledMs }),
      isSurplus: (connection) => this.#connections.isSurplus(connection),
      finishing: this.#finishing.signal,
      whyNotReady: () => this.#whyNotReady(),
    });
    this.#connections.count(this.#http);
    this.#http.on('upgrade', (request, stream, head) => {
      if (this.#connections.isSurplus(stream)) refuseUpgrade(stream, '503 Service Unavailable');
      else this.#webSockets.upgrade(request, stream, head);
    });
  }

  /** Whatever they carry. */
  get tcpConnections(): number {
    return this.#connections.open;
  }

  /** WebSockets alone. */
  get sockets(): number {
    return this.#webSockets.size;
  }

  /** Sockets and streams. */
  get connections(): number {
    return this.#admission.connections;
  }

  /** Resolves to the port. Rejects where it is taken. */
  async listen(): Promise<number> {
    const { host, port } = this.#options.server;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#http.once('error', reject);
    this.#http.listen({ port, host: host ?? undefined }, resolve);
    await promise;
    this.#http.off('error', reject);
    return (this.#http.address() as AddressInfo).port;
  }

  /** Null where it is. In words for whoever looks at /ready. */
  #whyNotReady(): string | null {
    if (this.#draining.signal.aborted) return 'the node is ending';
    return this.#options.isWritable() ? null : 'the store takes no writes';
  }

  /**
   * Is not ready any more and takes no new sockets; once `leave` has told whoever sends clients here, lets sockets and streams go
   * over the window, and finishes what it has accepted.
   */
  async drain(leave: () => Promise<void> = async () => {}): Promise<void> {
    if (this.#draining.signal.aborted) return;
    this.#draining.abort();
    const { drainMs } = this.#options.server;
    await leave();
    await Promise.all([this.#webSockets.drain(drainMs), spread(this.#streams, drainMs, (stream) => stream.leave())]);
    this.#finishing.abort();
    const closed = Promise.withResolvers<void>();
    this.#http.close(() => closed.resolve());
    // A connection whose request was being served when the server closed stays open, idle, once that is done.
    const idle = setInterval(() => this.#http.closeIdleConnections(), IDLE_LOOK_MS);
    const cut = setTimeout(() => this.#http.closeAllConnections(), FINISH_MS_MAX);
    await closed.promise;
    clearInterval(idle);
    clearTimeout(cut);
  }
}
