import type { Delivery } from '../../src/domain/channel.ts';

/** Who and what is there before a server starts. */
export interface SeedPlan {
  readonly groups: number;
  readonly membersPerGroup: number;
  readonly delivery: Delivery;
  /** History of each group. */
  readonly messagesPerGroup: number;
  /** One person sits in every seat: a user with many channels. Otherwise each seat is somebody else's. */
  readonly isOnePerson: boolean;
}

export const EMPTY_GROUPS = { delivery: 'PERSIST_FIRST', messagesPerGroup: 0, isOnePerson: false } as const;

/** What the load client has to know of it. Seat i belongs to group i mod groups. */
export interface Cast {
  readonly groups: readonly string[];
  /** An access token for each seat. */
  readonly tokens: readonly string[];
}

/** A server without users and stored groups makes a group of any name. */
export const castOfNames = ({ groups }: SeedPlan): Cast => ({
  groups: Array.from({ length: groups }, (_, index) => `g${index}`),
  tokens: [],
});
