import { setTimeout as delay } from 'node:timers/promises';
import type { Seat } from '../dialects/dialect.ts';
import { DIALECTS } from '../dialects/dialects.ts';
import type { Site } from './job.ts';
import { MemberSocket } from './member-socket.ts';
import type { Tally } from './tally.ts';

/** Sockets that come from one address, as from one household or office. */
const SOCKETS_PER_ADDRESS = 100;
const OPENING_MAX = 150;
const RETRY_MS = 1_000;
const OPEN_MS_MAX = 120_000;

export interface PoolOptions {
  readonly site: Site;
  readonly sockets: number;
  readonly tally: Tally;
  /** How often a socket that is not taken is opened, at random moments of the next second, as clients do. 1 where not given. */
  readonly triesMax?: number;
}

/** Every member's socket. Once all are open, one that is lost fails the job. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #sockets = new Map<number, MemberSocket>();
  readonly #failure = Promise.withResolvers<never>();
  #opening = 0;
  #subscribed = 0;
  #retries = 0;
  #changed = Promise.withResolvers<void>();

  constructor(options: PoolOptions) {
    this.#options = options;
    // Whoever waits hears of it; where nobody does, the next who waits will.
    this.#failure.promise.catch(() => {});
  }

  /** Opens all, as fast as the server takes them. Resolves when each is subscribed. */
  async open(): Promise<void> {
    for (let index = 0; index < this.#options.sockets; index += 1) {
      while (this.#opening >= OPENING_MAX) await this.#change();
      this.openOne(index, null);
    }
    await this.allSubscribed();
  }

  openOne(index: number, after: number | null, tries = 1): void {
    const { site, tally, triesMax = 1 } = this.#options;
    this.#opening += 1;
    let isOpening = true;
    const socket = new MemberSocket({
      seat: seatOf(site, index, after),
      dialect: DIALECTS[site.dialect],
      port: portOf(site, index),
      localAddress: addressOf(index),
      tally,
      subscribed: () => {
        isOpening = false;
        this.#opening -= 1;
        this.#subscribed += 1;
        this.#announce();
      },
      lost: (reason) => {
        if (isOpening) this.#opening -= 1;
        if (isOpening && tries < triesMax) {
          this.#retries += 1;
          setTimeout(() => this.openOne(index, after, tries + 1), RETRY_MS * Math.random());
          return;
        }
        this.#failure.reject(new Error(`Socket ${index} was lost: ${reason}`));
        this.#announce();
      },
    });
    this.#sockets.set(index, socket);
  }

  /** Sockets that were opened again because they were not taken. */
  get retries(): number {
    return this.#retries;
  }

  socket(index: number): MemberSocket {
    const socket = this.#sockets.get(index);
    if (socket === undefined) throw new Error(`There is no socket ${index}`);
    return socket;
  }

  allSubscribed(): Promise<void> {
    return this.subscribed(this.#options.sockets);
  }

  /** Resolves when so many sockets are subscribed. */
  async subscribed(count: number): Promise<void> {
    const deadline = performance.now() + OPEN_MS_MAX;
    while (this.#subscribed < count) {
      if (performance.now() > deadline) throw new Error(`Only ${this.#subscribed} of ${count} sockets are subscribed`);
      await this.#change();
    }
  }

  /** Rejects as soon as a socket is lost; never resolves before the given promise. */
  async guard<Value>(work: Promise<Value>): Promise<Value> {
    return Promise.race([work, this.#failure.promise]);
  }

  cut(index: number): void {
    const socket = this.#sockets.get(index);
    if (socket?.isSubscribed) this.#subscribed -= 1;
    socket?.cut();
    this.#sockets.delete(index);
  }

  close(): void {
    for (const index of [...this.#sockets.keys()]) this.cut(index);
  }

  async #change(): Promise<void> {
    await this.guard(Promise.race([this.#changed.promise, delay(500)]));
  }

  #announce(): void {
    const changed = this.#changed;
    this.#changed = Promise.withResolvers();
    changed.resolve();
  }
}

function seatOf({ groups, tokens, operationIds }: Site, index: number, after: number | null): Seat {
  const token = tokens.length === 0 ? '' : (tokens[index % tokens.length] as string);
  const group = groups[index % groups.length] as string;
  const hex = index.toString(16).padStart(12, '0');
  const operationId = operationIds === 'counted' ? '1' : `3f2b8c1e-5a77-4d09-9e61-${hex}`;
  return { index, group, token, operationId, after };
}

function portOf({ port, socketPorts = [port], groups }: Site, index: number): number {
  return socketPorts[Math.floor(index / groups.length) % socketPorts.length] ?? port;
}

function addressOf(index: number): string {
  const address = 1 + Math.floor(index / SOCKETS_PER_ADDRESS);
  return `127.0.${1 + Math.floor(address / 250)}.${1 + (address % 250)}`;
}
