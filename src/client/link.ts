import type { ClientPresenceSubscription } from '../../schema/generated/client.ts';
import type { ParleyError } from './error.ts';
import type { ChannelEvent, ChannelPosition } from './event.ts';
import type { Endpoint } from './session.ts';

export type TransportName = 'websocket' | 'server-sent events' | 'polling';

export type PresenceUpdate = ClientPresenceSubscription['presence'];

/** Why a link is over, which says how to go on. */
export type LinkEnd =
  /** The network or the node is gone, or nothing works here. */
  | 'lost'
  /** The node drains: ask for another. */
  | 'moved'
  /** The access token is not good any more: get another. */
  | 'expired'
  /** The client took less than came: come back and resume. */
  | 'slow'
  /** Too much was asked of the server: come back later. */
  | 'busy'
  /** The server has not got as far as the positions say. */
  | 'rewound'
  /** The client breaks the protocol and would do so again. */
  | 'refused'
  /** By {@link Link.close}. */
  | 'closed';

export interface LinkOptions {
  readonly endpoint: Endpoint;
  readonly accessToken: string;
  /** For what is asked one by one over HTTP. */
  readonly token: () => Promise<string>;
  /** How far the client has come; asked whenever reading begins anew. */
  readonly positions: () => readonly ChannelPosition[];
  readonly take: (event: ChannelEvent) => void;
  readonly takePresence: (update: PresenceUpdate) => void;
}

/** One way to a node that works: everything that happens comes over it. */
export interface Link {
  readonly transport: TransportName;
  /** Never rejects. */
  readonly ended: Promise<LinkEnd>;
  /** Reads anew from the positions. */
  again(): void;
  /** Whose presence to tell of; replaces what was asked for before. */
  watch(userIds: readonly string[]): void;
  /** A newer access token of the same session. */
  renew(accessToken: string): void;
  /** Finds out whether the other side is still there, and ends where it is not. */
  check(): void;
  close(): void;
}

/** Resolves once the way is known to work. */
export type OpenLink = (options: LinkOptions) => Promise<Link>;

/** This way does not work, and why. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
  readonly end: LinkEnd;

  constructor(end: LinkEnd) {
    super(`The connection could not be opened: ${end}`);
    this.end = end;
  }
}

/** What an error that a subscription ends with says about the link. */
export function endFrom({ code, field }: ParleyError): LinkEnd {
  if (code === 'UNAUTHENTICATED') return 'expired';
  if (code === 'RATE_LIMITED') return 'busy';
  if (code === 'BAD_USER_INPUT' && field === 'after') return 'rewound';
  if (code === 'BAD_USER_INPUT' || code === 'TOO_COSTLY') return 'refused';
  return 'lost';
}
