import type { UserId } from '../../domain/identifier.ts';
import type { User } from '../../domain/user.ts';
import type { Users } from '../users.ts';
import { groupsOfFew } from './batch.ts';
import { KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface UserRow {
  readonly id: UserId;
  readonly handle: string;
  readonly name: string;
  readonly created_at: number;
}
interface HandleRow {
  readonly user_id: UserId;
  readonly password_hash: string | null;
}
interface LastSeenRow {
  readonly user_id: UserId;
  readonly seen_at: number;
}

const INSERT = 'INSERT INTO users (id, handle, name, created_at) VALUES (?, ?, ?, ?) USING TIMESTAMP 1';
const REMOVE = 'DELETE FROM users USING TIMESTAMP 2 WHERE id = ?';
const CLAIM = 'INSERT INTO handles (handle, user_id, password_hash) VALUES (?, ?, ?) IF NOT EXISTS';
const HOLDER = 'SELECT user_id, password_hash FROM handles WHERE handle = ?';
const SEEN = 'INSERT INTO last_seen (user_id, seen_at) VALUES (?, ?) USING TIMESTAMP ?';

export function createUsers(session: Session): Users {
  const users = new KeyedReads<UserRow>(session, 'SELECT id, handle, name, created_at FROM users', 'id');
  const lastSeen = new KeyedReads<LastSeenRow>(session, 'SELECT user_id, seen_at FROM last_seen', 'user_id');

  const holderOf = async (handle: string): Promise<HandleRow | null> =>
    (await session.rows<HandleRow>(HOLDER, [handle]))[0] ?? null;
  const byIds: Users['byIds'] = async (ids) => new Map((await users.rows(ids)).map((row) => [row.id, userOf(row)]));

  return {
    async create({ id, handle, name, createdAt }, hash) {
      const holder = await holderOf(handle);
      // The same user again, after an answer that was lost, is no conflict.
      if (holder !== null) return holder.user_id === id;
      const group = `user ${id}`;
      // First, so that a handle never stands for nobody. Until it is claimed, nobody knows of the id.
      await session.write([{ cql: INSERT, parameters: [id, handle, name, createdAt], group }]);
      const { applied, row } = await session.decide<HandleRow>(CLAIM, [handle, id, hash ?? undefined]);
      if (applied || row.user_id === id) return true;
      await session.write([{ cql: REMOVE, parameters: [id], group }]);
      return false;
    },
    byIds,
    async byHandle(handle) {
      const holder = await holderOf(handle);
      return holder === null ? null : ((await byIds([holder.user_id])).get(holder.user_id) ?? null);
    },
    async passwordHash(handle) {
      const holder = await holderOf(handle);
      if (holder === null || holder.password_hash === null) return null;
      return { userId: holder.user_id, passwordHash: holder.password_hash };
    },
    async seen(times) {
      await session.write(
        [...times].map(([userId, at], index) => ({
          cql: SEEN,
          parameters: [userId, at, at],
          group: groupsOfFew('seen', index),
        })),
      );
    },
    async lastSeen(ids) {
      return new Map((await lastSeen.rows(ids)).map(({ user_id, seen_at }) => [user_id, seen_at]));
    },
  };
}

const userOf = ({ id, handle, name, created_at }: UserRow): User => ({ id, handle, name, createdAt: created_at });
