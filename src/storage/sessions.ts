import type { SessionId, UserId } from '../domain/identifier.ts';

/** One log-in on one device, as long as it is refreshed. */
export interface Session {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly createdAt: number;
  /** Without a refresh until then, it ends. */
  readonly expiresAt: number;
  /** Counts refreshes from 0: the refresh token of this generation is the one that works. */
  readonly generation: number;
  readonly refreshedAt: number;
}

export interface Sessions {
  create(session: Session): Promise<void>;
  byId(id: SessionId): Promise<Session | null>;
  /** One refresh token works once: false, and nothing changed, where the generation is another by now. */
  refresh(id: SessionId, from: number, refreshedAt: number, expiresAt: number): Promise<boolean>;
  /** No error where it has ended already. */
  end(id: SessionId): Promise<void>;
}
