import type { UserId } from '../domain/identifier.ts';
import type { User } from '../domain/user.ts';

export interface Users {
  /**
   * False, and nothing changed, where the handle is taken, also when two ask at once. `passwordHash` null makes an
   * account that nobody can log in to.
   */
  create(user: User, passwordHash: string | null): Promise<boolean>;
  /** Nothing changes what is kept of a user: nodes remember it. */
  byIds(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, User>>;
  byHandle(handle: string): Promise<User | null>;
  /** Null where there is no such handle or its account has no password. */
  passwordHash(handle: string): Promise<{ readonly userId: UserId; readonly passwordHash: string } | null>;
  /** Keeps the latest: an earlier time than the one kept changes nothing. */
  seen(times: ReadonlyMap<UserId, number>): Promise<void>;
  /** Absent for who was never seen. */
  lastSeen(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, number>>;
}
