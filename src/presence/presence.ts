import type { UserId } from '../domain/identifier.ts';

export interface PresenceChange {
  readonly userId: UserId;
  readonly online: boolean;
  /** When the user came, or was last seen before going. */
  readonly at: number;
}

/** Who is online, for all nodes. A user is online while any node keeps them so, and for the TTL after the last one stopped. */
export interface Presence {
  /** This node holds a live connection or has had a heartbeat of the user: online from now, until the TTL has passed since the last call. */
  keep(userIds: Iterable<UserId>): Promise<void>;
  /** Those of the given users who are online. */
  online(userIds: readonly UserId[]): Promise<ReadonlySet<UserId>>;
  /** Every change of the user from when the promise resolves, at most 5 s late. Resolves to the function that ends it. */
  watch(userId: UserId, listener: (change: PresenceChange) => void): Promise<() => void>;
  /** Called by the one node that sees a user go offline: what keeps `lastSeenAt`. */
  onOffline(listener: (change: PresenceChange) => void): void;
  close(): Promise<void>;
}
