import { describe, expect, it } from 'vitest';
import { newSessionId, newUserId } from '../../src/domain/identifier.ts';
import type { User } from '../../src/domain/user.ts';
import type { Session } from '../../src/storage/sessions.ts';
import type { Subject } from './storage.ts';

const newUser = (): User => {
  const id = newUserId();
  return { id, handle: `h-${id.slice(4).toLowerCase()}`, name: 'Zoë Ünal 🎈', createdAt: 1_700_000_000_123 };
};

const newSession = (): Session => ({
  id: newSessionId(),
  userId: newUserId(),
  createdAt: 1_700_000_000_000,
  expiresAt: 4_000_000_000_000,
  generation: 0,
  refreshedAt: 1_700_000_000_000,
});

export function accountsConformance(subject: Subject): void {
  describe('users', () => {
    it('keeps a user, found by id and by handle', async () => {
      const user = newUser();
      const { users } = subject.storage;
      expect(await users.create(user, 'hash')).toBe(true);
      expect((await users.byIds([user.id])).get(user.id)).toEqual(user);
      expect(await users.byHandle(user.handle)).toEqual(user);
      expect(await users.passwordHash(user.handle)).toEqual({ userId: user.id, passwordHash: 'hash' });
    });

    it('leaves absent what does not exist', async () => {
      const user = newUser();
      const { users } = subject.storage;
      await users.create(user, null);
      expect([...(await users.byIds([user.id, newUserId(), user.id])).keys()]).toEqual([user.id]);
      expect((await users.byIds([])).size).toBe(0);
      expect(await users.byHandle('nobody-of-that-handle')).toBeNull();
      expect(await users.passwordHash('nobody-of-that-handle')).toBeNull();
    });

    it('gives no password of an account that nobody can log in to', async () => {
      const user = newUser();
      await subject.storage.users.create(user, null);
      expect(await subject.storage.users.passwordHash(user.handle)).toBeNull();
      expect(await subject.storage.users.byHandle(user.handle)).toEqual(user);
    });

    it('gives a handle to one of twenty who ask at once, and changes nothing for the others', async () => {
      const { users } = subject.storage;
      const { handle } = newUser();
      const rivals = Array.from({ length: 20 }, (_, index) => ({ ...newUser(), handle, name: `Rival ${index}` }));
      const won = await Promise.all(rivals.map((rival) => users.create(rival, `hash of ${rival.name}`)));
      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = rivals[won.indexOf(true)];
      expect(await users.byHandle(handle)).toEqual(winner);
      expect((await users.passwordHash(handle))?.passwordHash).toBe(`hash of ${winner?.name}`);
      expect([...(await users.byIds(rivals.map(({ id }) => id))).values()]).toEqual([winner]);
    });

    it('takes the same user again, since a lost answer makes callers repeat', async () => {
      const user = newUser();
      expect(await subject.storage.users.create(user, 'hash')).toBe(true);
      expect(await subject.storage.users.create(user, 'hash')).toBe(true);
    });

    it('keeps the latest time that someone was seen, absent for who never was', async () => {
      const { users } = subject.storage;
      const [one, other, never] = [newUserId(), newUserId(), newUserId()];
      await users.seen(
        new Map([
          [one, 1_000],
          [other, 5_000],
        ]),
      );
      await users.seen(
        new Map([
          [one, 2_000],
          [other, 4_000],
        ]),
      );
      await users.seen(new Map());
      expect(await users.lastSeen([one, other, never])).toEqual(
        new Map([
          [one, 2_000],
          [other, 5_000],
        ]),
      );
    });

    it('keeps users over a restart', async () => {
      const user = newUser();
      await subject.storage.users.create(user, 'hash');
      await subject.storage.users.seen(new Map([[user.id, 7]]));
      await subject.reopen();
      expect(await subject.storage.users.byHandle(user.handle)).toEqual(user);
      expect((await subject.storage.users.lastSeen([user.id])).get(user.id)).toBe(7);
      expect(await subject.storage.users.create({ ...newUser(), handle: user.handle }, null)).toBe(false);
    });
  });

  describe('sessions', () => {
    it('keeps a session', async () => {
      const session = newSession();
      await subject.storage.sessions.create(session);
      expect(await subject.storage.sessions.byId(session.id)).toEqual(session);
      expect(await subject.storage.sessions.byId(newSessionId())).toBeNull();
    });

    it('refreshes each generation once, also when twenty ask at once', async () => {
      const session = newSession();
      const { sessions } = subject.storage;
      await sessions.create(session);
      const refreshes = Array.from({ length: 20 }, (_, index) => sessions.refresh(session.id, 0, 2_000 + index, 9_000));
      const won = await Promise.all(refreshes);
      expect(won.filter(Boolean)).toHaveLength(1);
      const kept = { ...session, generation: 1, refreshedAt: 2_000 + won.indexOf(true), expiresAt: 9_000 };
      expect(await sessions.byId(session.id)).toEqual(kept);
      expect(await sessions.refresh(session.id, 0, 3_000, 10_000)).toBe(false);
      expect(await sessions.refresh(session.id, 2, 3_000, 10_000)).toBe(false);
      expect(await sessions.byId(session.id)).toEqual(kept);
      expect(await sessions.refresh(session.id, 1, 3_000, 10_000)).toBe(true);
    });

    it('ends a session, once and again', async () => {
      const session = newSession();
      const { sessions } = subject.storage;
      await sessions.create(session);
      await sessions.end(session.id);
      await sessions.end(session.id);
      expect(await sessions.byId(session.id)).toBeNull();
      expect(await sessions.refresh(session.id, 0, 2_000, 9_000)).toBe(false);
      expect(await sessions.byId(session.id)).toBeNull();
    });

    it('does not begin a session anew that is created again', async () => {
      const session = newSession();
      const { sessions } = subject.storage;
      await sessions.create(session);
      await sessions.refresh(session.id, 0, 2_000, 9_000_000_000_000);
      await sessions.create(session);
      expect((await sessions.byId(session.id))?.generation).toBe(1);
    });
  });
}
