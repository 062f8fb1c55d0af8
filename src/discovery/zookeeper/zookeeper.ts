import type { Discovery, Gateway } from '../discovery.ts';
import { type Chance, pickGateway } from '../pick.ts';
import { Registrations } from './registrations.ts';
import { Roster } from './roster.ts';
import { Session, type ZooKeeperCredentials } from './session.ts';

export interface ZooKeeperDiscoveryOptions {
  /** `host:port` of each server, commas between; after the last one, where wanted, a path that everything is below: `a:2181,b:2181/chat`. */
  readonly address: string;
  /** The same for all nodes; null where anyone may read and write. */
  readonly credentials?: ZooKeeperCredentials | null;
  /** Below which gateways register. */
  readonly path: string;
  /** A node that dies without a word is known for so long. Servers have a minimum, mostly of 4 s. */
  readonly sessionMs: number;
  /** A registration, and at the start a pick, wait so long for ZooKeeper and then go on without. */
  readonly waitMs: number;
  /** Told of lost sessions and of what is being tried again. Must not throw. */
  readonly failed: (error: unknown) => void;
  readonly chance?: Chance;
}

const RETRY_MS = 500;

/**
 * Gateways as ephemeral nodes of ZooKeeper. While that is away, the last list that was known serves; a lost session is
 * followed by a new one, and this process' gateways are registered there again.
 */
export const createZooKeeperDiscovery = (options: ZooKeeperDiscoveryOptions): Discovery =>
  new ZooKeeperDiscovery(options);

class ZooKeeperDiscovery implements Discovery {
  readonly #options: ZooKeeperDiscoveryOptions;
  readonly #path: string;
  readonly #chance: Chance;
  readonly #registrations: Registrations;
  readonly #roster: Roster;
  readonly #listed = Promise.withResolvers<void>();
  #session: Session;
  #isSyncing = false;
  #isBehind = false;
  #isAway = false;
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ZooKeeperDiscoveryOptions) {
    this.#options = options;
    this.#path = options.path;
    this.#chance = options.chance ?? Math.random;
    this.#registrations = new Registrations(this.#path);
    this.#roster = new Roster(this.#path, () => this.#sync());
    this.#session = this.#open();
    setTimeout(() => this.#listed.resolve(), options.waitMs).unref();
  }

  async register(gateway: Gateway): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#options.waitMs);
    this.#registrations.want(gateway, resolve);
    this.#sync();
    await promise;
    clearTimeout(timer);
  }

  async pick(region: string | null): Promise<Gateway | null> {
    await this.#listed.promise;
    const gateways = new Map(this.#roster.gateways);
    // Nobody knows them better, whatever ZooKeeper has heard.
    for (const own of this.#registrations.gateways) gateways.set(own.node, own);
    return pickGateway(gateways.values(), region, this.#chance);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#listed.resolve();
    await this.#session.end();
  }

  #open(): Session {
    return new Session({
      ...this.#options,
      credentials: this.#options.credentials ?? null,
      connected: (session) => {
        this.#session = session;
        this.#isAway = false;
        this.#roster.distrust();
        this.#sync();
      },
      lost: (_session, error) => {
        // One that stays away is told of once.
        if (!this.#isAway) this.#options.failed(error);
        this.#isAway = true;
        this.#registrations.lose();
        this.#retryWith(() => {
          this.#session = this.#open();
        });
      },
    });
  }

  /** Brings both sides up to date, one run at a time; what comes meanwhile is seen to before the run ends. */
  #sync(): void {
    this.#isBehind = true;
    const session = this.#session;
    if (this.#isSyncing || !session.isConnected) return;
    this.#isSyncing = true;
    this.#catchUp(session)
      .catch((error: unknown) => {
        // With the next connection all of it begins anew.
        if (!session.isConnected) return;
        this.#options.failed(error);
        this.#retryWith(() => this.#sync());
      })
      .finally(() => {
        this.#isSyncing = false;
        if (session !== this.#session) this.#sync();
      });
  }

  async #catchUp(session: Session): Promise<void> {
    while (this.#isBehind && session.isConnected) {
      this.#isBehind = false;
      await session.ensure(this.#path);
      await this.#registrations.write(session);
      await this.#roster.read(session);
      this.#listed.resolve();
    }
  }

  #retryWith(act: () => void): void {
    if (this.#isClosed) return;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(act, RETRY_MS);
    this.#retry.unref();
  }
}
