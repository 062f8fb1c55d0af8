import type { Database } from '../../sqlite/database.ts';
import type { Session, Sessions } from '../sessions.ts';

const CREATE = `INSERT INTO sessions (id, user_id, created_at, expires_at, generation, refreshed_at)
  VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`;
const REMOVE_EXPIRED = 'DELETE FROM sessions WHERE expires_at < ?';
const REFRESH = `UPDATE sessions SET generation = generation + 1, refreshed_at = ?, expires_at = ?
  WHERE id = ? AND generation = ?`;
const END = 'DELETE FROM sessions WHERE id = ?';

export function createSessions(database: Database): Sessions {
  const byId = database.query<Session>(
    `SELECT id, user_id AS userId, created_at AS createdAt, expires_at AS expiresAt, generation, refreshed_at AS refreshedAt
      FROM sessions WHERE id = ?`,
  );

  return {
    async create({ id, userId, createdAt, expiresAt, generation, refreshedAt }) {
      await database.write([
        { sql: REMOVE_EXPIRED, parameters: [createdAt] },
        { sql: CREATE, parameters: [id, userId, createdAt, expiresAt, generation, refreshedAt] },
      ]);
    },
    async byId(id) {
      const row = byId.get(id);
      if (row === undefined) return null;
      const { userId, createdAt, expiresAt, generation, refreshedAt } = row;
      return { id: row.id, userId, createdAt, expiresAt, generation, refreshedAt };
    },
    async refresh(id, from, refreshedAt, expiresAt) {
      const [refreshed] = await database.write([{ sql: REFRESH, parameters: [refreshedAt, expiresAt, id, from] }]);
      return refreshed === 1;
    },
    async end(id) {
      await database.write([{ sql: END, parameters: [id] }]);
    },
  };
}
