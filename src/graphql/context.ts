import type { Viewer } from '../domain/viewer.ts';
import type { Services } from '../services/services.ts';
import { EVERYBODY, Loaders, SharedViewerError } from './loaders.ts';

/** The request or socket that an operation came in on. */
export interface ClientConnection {
  /** Given back with an INTERNAL_SERVER_ERROR and logged with its cause. */
  readonly requestId: string;
  /** Rates of those without a token are counted by it. */
  readonly clientAddress: string;
  /** The address that the client itself used: `http://localhost:4000`. */
  readonly baseUrl: string;
  /** Aborts when the client is gone, or the node can't wait for it any longer. */
  readonly signal: AbortSignal;
  /** Called when a subscription is read too slowly: end the connection with a code that lets the client resume. */
  readonly overflow: () => void;
}

/** Of one operation, or of one event of a subscription. All its properties are its own, so that it may be copied. */
export interface Context {
  /** Whom the access token proves; null without one. */
  readonly viewer: Viewer | null;
  readonly connection: ClientConnection;
  readonly services: Services;
  /** Never outlives the operation or the event, so that nothing it remembers is stale. */
  readonly loaders: Loaders;
}

/** Who asks: what contexts are made of, one for each event of a subscription. */
export type Asker = Pick<Context, 'services' | 'viewer' | 'connection'>;

export function createContext(services: Services, viewer: Viewer | null, connection: ClientConnection): Context {
  return { viewer, connection, services, loaders: new Loaders(services, viewer) };
}

/** Of one execution for all readers of an event: there is no viewer and no connection, and to ask for either throws. */
export function createSharedContext(services: Services): Context {
  return {
    get viewer(): never {
      throw new SharedViewerError();
    },
    get connection(): never {
      throw new SharedViewerError();
    },
    services,
    loaders: new Loaders(services, EVERYBODY),
  };
}
