import type { ChannelPartsFragment, ClientMessagePartsFragment } from '../../schema/generated/client.ts';
import type { ConnectionState } from './connection.ts';
import type { ErrorCode } from './error.ts';
import type { ChannelEvent, ChannelPosition } from './event.ts';
import type { PresenceUpdate } from './link.ts';
import type { Outbox, OutboxEntry } from './outbox.ts';
import type { Session } from './session.ts';

/** A way for messages between a tab and whoever works for it. They arrive in order, as copies. */
export interface Port {
  post(message: unknown): void;
  listen(take: (message: unknown) => void): void;
  close(): void;
}

/** What a tab asks its agent for. All of it may be asked again where an answer was lost. */
export interface Calls {
  /** From now on the tab hears all news. */
  attach(): Snapshot;
  token(): string;
  refused(accessToken: string): void;
  adopt(session: Session): void;
  logOut(): void;
  /** News of all channels follow before the answer. */
  list(): void;
  /** Answers when the message is safe. */
  send(draft: Pick<OutboxEntry, 'nonce' | 'channelId' | 'text' | 'replyTo' | 'after'>): void;
  retry(nonce: string): void;
  discard(nonce: string): void;
  /** Whose presence the tab wants to hear of; replaces what it wanted before. */
  watch(userIds: readonly string[]): readonly PresenceUpdate[];
  /** Somebody looks at the tab again. */
  wake(): void;
}

export type Method = keyof Calls;

export interface Snapshot {
  readonly session: Session | null;
  readonly connection: ConnectionState;
  readonly outbox: Outbox;
  /** Whether the channels have been listed already: another listing would be needed for this tab. */
  readonly isListed: boolean;
}

export type News =
  | { readonly kind: 'session'; readonly session: Session | null }
  | { readonly kind: 'connection'; readonly state: ConnectionState }
  | { readonly kind: 'outbox'; readonly outbox: Outbox }
  /** An entry of the outbox is a message now. */
  | {
      readonly kind: 'sent';
      readonly nonce: string;
      readonly message: ClientMessagePartsFragment;
      readonly channelId: string;
    }
  | { readonly kind: 'event'; readonly event: ChannelEvent }
  | { readonly kind: 'presence'; readonly update: PresenceUpdate }
  /** All of the viewer's channels, the most recently active first, and how far their events have been given out. */
  | {
      readonly kind: 'channels';
      readonly channels: readonly ChannelPartsFragment[];
      readonly positions: readonly ChannelPosition[];
    };

export interface CallRequest {
  readonly kind: 'call';
  readonly id: number;
  readonly method: Method;
  readonly arguments: readonly unknown[];
}

/** From a tab. */
export type Request = CallRequest | { readonly kind: 'leave' };

/** To a tab. */
export type Reply =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'refusal';
      readonly id: number;
      readonly code: ErrorCode;
      readonly message: string;
      readonly field: string | undefined;
      readonly retryAfterMs: number | undefined;
    }
  | { readonly kind: 'news'; readonly news: readonly News[] };

/** Two ends in one thread. */
export function portPair(): readonly [Port, Port] {
  const takers: [((message: unknown) => void) | null, ((message: unknown) => void) | null] = [null, null];
  const end = (own: 0 | 1, other: 0 | 1): Port => ({
    post: (message) => queueMicrotask(() => takers[other]?.(message)),
    listen: (take) => {
      takers[own] = take;
    },
    close: () => {
      takers[0] = null;
      takers[1] = null;
    },
  });
  return [end(0, 1), end(1, 0)];
}
