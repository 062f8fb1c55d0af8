import { randomUUID } from 'node:crypto';
import type { SessionId, UserId } from '../../domain/identifier.ts';
import type { Session as LogIn, Sessions } from '../sessions.ts';
import type { Session } from './session.ts';

interface SessionRow {
  readonly id: SessionId;
  readonly user_id: UserId;
  readonly created_at: number;
  readonly expires_at: number;
  readonly generation: number;
  readonly refreshed_at: number;
}

const COLUMNS = 'id, user_id, created_at, expires_at, generation, refreshed_at';
const BY_ID = `SELECT ${COLUMNS} FROM sessions WHERE id = ?`;
/** Loses against every transaction, so that one created again is not begun anew. */
const CREATE = `INSERT INTO sessions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP 1 AND TTL ?`;
/** Writes all columns: each lives as long as it was written for. */
const REFRESH = `UPDATE sessions USING TTL ?
  SET user_id = ?, created_at = ?, expires_at = ?, generation = ?, refreshed_at = ?, attempt = ?
  WHERE id = ? IF generation = ?`;
const ATTEMPT = 'SELECT attempt FROM sessions WHERE id = ?';
/** A transaction too: it must not slip between another one's condition and its write. */
const END = 'DELETE FROM sessions WHERE id = ? IF EXISTS';

const GRACE_SECONDS = 24 * 60 * 60;
const LIFE_SECONDS_MAX = 365 * 24 * 60 * 60;

/** Rows go by themselves, a day or more after the session has ended for want of a refresh. */
const secondsToLive = (from: number, expiresAt: number): number =>
  Math.min(Math.max(0, Math.ceil((expiresAt - from) / 1_000)) + GRACE_SECONDS, LIFE_SECONDS_MAX);

export function createSessions(session: Session): Sessions {
  const byId = async (id: SessionId): Promise<LogIn | null> => {
    const [row] = await session.rows<SessionRow>(BY_ID, [id]);
    return row === undefined ? null : logInOf(row);
  };

  return {
    async create({ id, userId, createdAt, expiresAt, generation, refreshedAt }) {
      const own = [id, userId, createdAt, expiresAt, generation, refreshedAt];
      const parameters = [...own, secondsToLive(createdAt, expiresAt)];
      await session.write([{ cql: CREATE, parameters, group: `session ${id}` }]);
    },
    byId,
    async refresh(id, from, refreshedAt, expiresAt) {
      const known = await byId(id);
      if (known?.generation !== from) return false;
      const attempt = randomUUID();
      const { applied } = await session.decide(REFRESH, [
        secondsToLive(refreshedAt, expiresAt),
        ...[known.userId, known.createdAt, expiresAt, from + 1, refreshedAt, attempt],
        ...[id, from],
      ]);
      if (applied) return true;
      // It may have run before, and its answer been lost.
      const [now] = await session.rows<{ readonly attempt: string | null }>(ATTEMPT, [id]);
      return now?.attempt === attempt;
    },
    async end(id) {
      await session.decide(END, [id]);
    },
  };
}

const logInOf = (row: SessionRow): LogIn => ({
  id: row.id,
  userId: row.user_id,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  generation: row.generation,
  refreshedAt: row.refreshed_at,
});
