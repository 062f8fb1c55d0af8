import type { UserId } from '../../domain/identifier.ts';
import type { User } from '../../domain/user.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Users } from '../users.ts';

interface PasswordRow {
  readonly userId: UserId;
  readonly passwordHash: string;
}
interface LastSeenRow {
  readonly userId: UserId;
  readonly seenAt: number;
}

const CREATE = `INSERT INTO users (id, handle, name, created_at, password_hash) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT DO NOTHING`;
const SEEN = `INSERT INTO last_seen (user_id, seen_at) VALUES (?, ?)
  ON CONFLICT DO UPDATE SET seen_at = excluded.seen_at WHERE excluded.seen_at > last_seen.seen_at`;
const USER = 'users.id, users.handle, users.name, users.created_at AS createdAt';

export function createUsers(database: Database): Users {
  const byIds = database.query<User>(
    `SELECT ${USER} FROM json_each(?) AS wanted CROSS JOIN users ON users.id = wanted.value`,
  );
  const byHandle = database.query<User>(`SELECT ${USER} FROM users WHERE handle = ?`);
  const passwordHash = database.query<PasswordRow>(
    'SELECT id AS userId, password_hash AS passwordHash FROM users WHERE handle = ? AND password_hash IS NOT NULL',
  );
  const lastSeen = database.query<LastSeenRow>(
    `SELECT last_seen.user_id AS userId, last_seen.seen_at AS seenAt
      FROM json_each(?) AS wanted CROSS JOIN last_seen ON last_seen.user_id = wanted.value`,
  );

  return {
    async create({ id, handle, name, createdAt }, hash) {
      const [created] = await database.write([{ sql: CREATE, parameters: [id, handle, name, createdAt, hash] }]);
      // The same user again, after an answer that was lost, is no conflict.
      return created === 1 || byHandle.get(handle)?.id === id;
    },
    async byIds(ids) {
      return new Map(byIds.all(JSON.stringify(ids)).map((row) => [row.id, userOf(row)]));
    },
    async byHandle(handle) {
      const row = byHandle.get(handle);
      return row === undefined ? null : userOf(row);
    },
    async passwordHash(handle) {
      const row = passwordHash.get(handle);
      return row === undefined ? null : { userId: row.userId, passwordHash: row.passwordHash };
    },
    async seen(times) {
      await database.write([...times].map(([userId, at]) => ({ sql: SEEN, parameters: [userId, at] })));
    },
    async lastSeen(ids) {
      return new Map(lastSeen.all(JSON.stringify(ids)).map(({ userId, seenAt }) => [userId, seenAt]));
    },
  };
}

const userOf = ({ id, handle, name, createdAt }: User): User => ({ id, handle, name, createdAt });
