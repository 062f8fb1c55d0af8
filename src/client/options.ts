import type { AgentOptions } from './agent.ts';
import type { Transport } from './connection.ts';
import { indexedDbStorage } from './indexed-db.ts';
import type { TransportName } from './link.ts';
import { PollLink } from './poll-link.ts';
import { SocketLink } from './socket-link.ts';
import { type ClientStorage, memoryStorage } from './storage.ts';
import { StreamLink } from './stream-link.ts';

export interface ClientOptions {
  /** Where the server is, such as `https://chat.example.org`. Without it: where the page comes from. */
  readonly url?: string;
  /** Tells apart several clients of one page's origin, such as two users at once. */
  readonly name?: string;
  /** Where this client would rather be, for service discovery. */
  readonly region?: string;
  /** Which transports to use, in the order in which they are tried. */
  readonly transports?: readonly TransportName[];
  /** In browsers IndexedDB, elsewhere memory. With one of its own a client shares nothing with other tabs. */
  readonly storage?: ClientStorage;
  /**
   * Opens a shared worker that runs `parley/client/worker`: all tabs of a browser then share its one connection. Without it, and in browsers
   * without shared workers, one of the tabs connects for all.
   */
  readonly worker?: () => SharedWorker;
}

/** What an agent has to know, made whole; a copy of it can be sent to a worker. */
export interface AgentSettings {
  readonly url: string;
  readonly name: string;
  readonly region: string | null;
  readonly transports: readonly TransportName[];
}

const OPEN: Readonly<Record<TransportName, Transport[1]>> = {
  websocket: (options) => SocketLink.open(options),
  'server-sent events': (options) => StreamLink.open(options),
  polling: (options) => PollLink.open(options),
};

export function settingsFrom({ url, name, region, transports }: ClientOptions): AgentSettings {
  return {
    url: graphqlUrl(url),
    name: name ?? 'parley',
    region: region ?? null,
    transports: transports ?? (Object.keys(OPEN) as readonly TransportName[]),
  };
}

export function agentOptionsFrom(
  { url, name, region, transports }: AgentSettings,
  storage: ClientStorage | undefined,
): AgentOptions {
  return {
    url,
    region,
    storage: storage ?? (typeof indexedDB === 'undefined' ? memoryStorage() : indexedDbStorage(name)),
    transports: transports.map((transport) => [transport, OPEN[transport]]),
    exclusively: (work) => locked(`parley session ${name}`, work),
  };
}

function graphqlUrl(given: string | undefined): string {
  if (given === undefined && typeof location === 'undefined') throw new TypeError('Say where the server is: url');
  const url = given === undefined ? new URL('/graphql', location.href) : new URL(given);
  if (url.pathname === '/') url.pathname = '/graphql';
  return url.href;
}

/** Browsers have locks where a page comes over TLS or from the same machine. */
function locked<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const locks = typeof document === 'undefined' && typeof indexedDB === 'undefined' ? undefined : navigator.locks;
  return locks === undefined ? work() : locks.request(name, work);
}
