import { describe, expect, it } from 'vitest';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { Membership } from '../../src/domain/membership.ts';
import { ChannelAuthor } from './channel-author.ts';
import type { Subject } from './storage.ts';

const byChannel = (one: Membership, other: Membership) => (one.channelId < other.channelId ? -1 : 1);

export function membershipsConformance(subject: Subject): void {
  describe('memberships', () => {
    it("lists a channel's members, longest-standing first", async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, second, third, fourth] = [newUserId(), newUserId(), newUserId(), newUserId()];
      await author.create([owner, second]);
      await author.add(second, [fourth, third]);
      const { memberships } = subject.storage;
      const members = await memberships.ofChannel(author.channelId);
      expect(members).toEqual([...author.view.members.values()]);
      expect(members.map(({ userId }) => userId)).toEqual([owner, second, fourth, third]);
      expect(await memberships.ofChannel(newGroupId())).toEqual([]);
    });

    it('finds one membership, and none for who is no member', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, other] = [newUserId(), newUserId()];
      await author.create([owner]);
      const { memberships } = subject.storage;
      expect(await memberships.find(author.channelId, owner)).toEqual(author.view.members.get(owner));
      expect(await memberships.find(author.channelId, other)).toBeNull();
      expect(await memberships.find(newGroupId(), owner)).toBeNull();
    });

    it('shows joins and leaves on both sides at once, and a new membership for who joins again', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, guest] = [newUserId(), newUserId()];
      await author.create([owner]);
      await author.add(owner, [guest]);
      const { memberships } = subject.storage;
      const first = await memberships.find(author.channelId, guest);
      expect(await memberships.ofUser(guest)).toEqual([first]);
      await author.leave(guest);
      expect(await memberships.find(author.channelId, guest)).toBeNull();
      expect(await memberships.ofUser(guest)).toEqual([]);
      await author.send(owner, 'meanwhile');
      await author.add(owner, [guest]);
      const second = await memberships.find(author.channelId, guest);
      expect(second).toEqual(author.view.members.get(guest));
      expect(second).toMatchObject({ joinedSequence: 4, joinedMessages: 1, role: 'MEMBER' });
      expect(second).not.toEqual(first);
      expect(await memberships.ofUser(guest)).toEqual([second]);
    });

    it('makes the successor of a leaving owner the owner', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, heir, other] = [newUserId(), newUserId(), newUserId()];
      await author.create([owner, heir, other]);
      const { memberships } = subject.storage;
      const before = await memberships.find(author.channelId, heir);
      await author.leave(owner);
      expect(await memberships.find(author.channelId, heir)).toEqual({ ...before, role: 'OWNER' });
      expect((await memberships.find(author.channelId, other))?.role).toBe('MEMBER');
      expect((await memberships.ofUser(heir))[0]?.role).toBe('OWNER');
    });

    it("lists and counts a user's channels", async () => {
      const [busy, idle] = [newUserId(), newUserId()];
      const authors = Array.from({ length: 5 }, () => new ChannelAuthor(subject.storage));
      for (const author of authors) await author.create([newUserId(), busy]);
      const { memberships } = subject.storage;
      const expected = authors.flatMap(({ view }) => view.members.get(busy) ?? []);
      expect([...(await memberships.ofUser(busy))].sort(byChannel)).toEqual(expected.sort(byChannel));
      await authors[0]?.leave(busy);
      expect(await memberships.counts([busy, idle, busy])).toEqual(new Map([[busy, 4]]));
      expect((await memberships.counts([])).size).toBe(0);
    });

    it('tells who shares a channel with the viewer', async () => {
      const [viewer, friend, former, stranger] = [newUserId(), newUserId(), newUserId(), newUserId()];
      const shared = new ChannelAuthor(subject.storage);
      await shared.create([viewer, friend, former]);
      await shared.leave(former);
      const strange = new ChannelAuthor(subject.storage);
      await strange.create([stranger, former]);
      const { memberships } = subject.storage;
      expect(await memberships.sharing(viewer, [friend, former, stranger, friend])).toEqual(new Set([friend]));
      expect(await memberships.sharing(stranger, [viewer, former])).toEqual(new Set([former]));
      expect(await memberships.sharing(newUserId(), [viewer])).toEqual(new Set());
    });
  });
}
