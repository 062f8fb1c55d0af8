import type { SessionId, UserId } from './identifier.ts';

/** Who asks, proved by an access token. */
export interface Viewer {
  readonly userId: UserId;
  /** The device, in effect: one log-in. */
  readonly sessionId: SessionId;
  /** When the access token runs out, in milliseconds since 1970. */
  readonly expiresAt: number;
}
