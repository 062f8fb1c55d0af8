import { retryDelayMs } from './backoff.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { type Link, type LinkEnd, LinkError, type LinkOptions, type OpenLink, type TransportName } from './link.ts';
import { Pause } from './pause.ts';
import { chance } from './random.ts';
import type { Endpoint } from './session.ts';

export type Transport = readonly [name: TransportName, open: OpenLink];

/** What is shown of the connection. */
export type ConnectionState =
  /** Everything that has happened is here. */
  | { readonly status: 'live'; readonly transport: TransportName }
  /** Connected; what was missed is on its way. */
  | { readonly status: 'catching up'; readonly transport: TransportName }
  /** Milliseconds since 1970. What is shown is as of then. */
  | { readonly status: 'offline'; readonly since: number };

export interface ConnectionOptions extends Pick<LinkOptions, 'token' | 'positions' | 'take' | 'takePresence'> {
  /** In the order in which they are tried. */
  readonly transports: readonly Transport[];
  /** Where discovery sends this client now, and other addresses to try where that can't be reached from here. */
  readonly endpoints: () => Promise<readonly Endpoint[]>;
  /** A server has refused the token that it was shown. */
  readonly expired: (accessToken: string) => void;
  /** The positions are not the server's: they are to be found anew. */
  readonly rewound: () => void;
  /** A link is open and reading. */
  readonly opened: (link: Link) => void;
  readonly changed: (state: ConnectionState) => void;
}

/** Keeps one link to some node for as long as it is wanted, whatever happens to nodes and networks. */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #refused = new Set<TransportName>();
  #state: ConnectionState = { status: 'offline', since: Date.now() };
  #link: Link | null = null;
  #better: Link | null = null;
  #pause: Pause | null = null;
  /** What the link was shown last. */
  #shown = '';
  /** Came while no link was there to show it to. */
  #newer: string | null = null;
  #tries = 0;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    void this.#run();
  }

  get link(): Link | null {
    return this.#link;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** Whoever knows how far the server is says so. */
  caughtUp(): void {
    if (this.#state.status !== 'catching up') return;
    this.#tries = 0;
    this.#become({ status: 'live', transport: this.#state.transport });
  }

  /** Another access token of the same session is to be shown from now on. */
  renew(accessToken: string): void {
    if (this.#link === null) {
      this.#newer = accessToken;
      return;
    }
    this.#shown = accessToken;
    this.#link.renew(accessToken);
  }

  /** Something has changed for the better, perhaps: looks now. */
  wake(): void {
    this.#pause?.end();
    this.#link?.check();
  }

  close(): void {
    this.#closed = true;
    this.#pause?.end();
    this.#link?.close();
    this.#better?.close();
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const end = await this.#live();
      this.#link = null;
      if (this.#closed) return;
      if (this.#better !== null) continue;
      if (this.#state.status !== 'offline') this.#become({ status: 'offline', since: Date.now() });
      await this.#wait(end);
    }
  }

  /** One link's life. */
  async #live(): Promise<LinkEnd> {
    try {
      const link = this.#better ?? (await this.#open(this.#transports()));
      this.#better = null;
      if (this.#closed) {
        link.close();
        return 'closed';
      }
      this.#link = link;
      this.#become({ status: 'catching up', transport: link.transport });
      if (this.#newer !== null && this.#newer !== this.#shown) this.renew(this.#newer);
      this.#newer = null;
      this.#options.opened(link);
      const upgrades = setInterval(() => this.#upgrade(link), CLIENT_LIMITS.upgradeMs);
      const end = await link.ended;
      clearInterval(upgrades);
      if (end === 'refused') this.#refused.add(link.transport);
      if (end === 'expired') this.#options.expired(this.#shown);
      return end;
    } catch (error) {
      return error instanceof LinkError ? error.end : 'lost';
    }
  }

  async #wait(end: LinkEnd): Promise<void> {
    if (end === 'rewound') this.#options.rewound();
    const isAtOnce = this.#tries === 0 && (end === 'expired' || end === 'refused');
    const waitMs =
      end === 'busy' ? (CLIENT_LIMITS.retryMaxMs * (1 + chance())) / 2 : retryDelayMs(this.#tries, chance());
    this.#tries += 1;
    this.#pause = new Pause();
    await this.#pause.for(isAtOnce ? 0 : waitMs);
    this.#pause = null;
  }

  #transports(): readonly Transport[] {
    const usable = this.#options.transports.filter(([name]) => !this.#refused.has(name));
    // None is left: a newer server may think otherwise.
    if (usable.length === 0) this.#refused.clear();
    return usable;
  }

  /** The first transport that works; where discovery's address can't be reached with it from here, another address. */
  async #open(transports: readonly Transport[]): Promise<Link> {
    const { endpoints, token, positions, take, takePresence } = this.#options;
    const addresses = await endpoints();
    let end: LinkEnd = 'lost';
    for (const [name, open] of transports) {
      for (const endpoint of addresses) {
        if (this.#closed) throw new LinkError('closed');
        const accessToken = await token();
        try {
          const link = await open({ endpoint, accessToken, token, positions, take, takePresence });
          this.#shown = accessToken;
          return link;
        } catch (error) {
          end = error instanceof LinkError ? error.end : 'lost';
          if (end === 'refused') this.#refused.add(name);
          if (end === 'expired') this.#options.expired(accessToken);
          // Another transport would meet the same.
          if (end === 'expired' || end === 'rewound' || end === 'busy') throw new LinkError(end);
        }
      }
    }
    throw new LinkError(end);
  }

  /** A lesser transport is in use because the better ones did not work then; perhaps they do now. */
  #upgrade(link: Link): void {
    const usable = this.#transports();
    const better = usable.slice(
      0,
      usable.findIndex(([name]) => name === link.transport),
    );
    if (better.length === 0) return;
    this.#open(better).then(
      (opened) => {
        if (this.#link !== link || this.#closed) return opened.close();
        this.#better = opened;
        link.close();
      },
      () => {},
    );
  }

  #become(state: ConnectionState): void {
    this.#state = state;
    this.#options.changed(state);
  }
}
