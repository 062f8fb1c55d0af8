import { describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { ChannelAuthor } from './channel-author.ts';
import type { Subject } from './storage.ts';

/** All that can be read of a channel, to compare. */
async function everything({ storage }: Subject, { channelId }: ChannelAuthor) {
  const members = await storage.memberships.ofChannel(channelId);
  return {
    channel: (await storage.channels.byIds([channelId])).get(channelId),
    head: (await storage.channels.heads([channelId])).get(channelId),
    members,
    events: await storage.events.after(channelId, 0, 1_000),
    messages: await storage.events.messages(channelId, { after: null, before: null, limit: 1_000, from: 'oldest' }),
    checkpoints: await storage.checkpoints.ofMembers(
      channelId,
      members.map(({ userId }) => userId),
    ),
  };
}

export function effectsConformance(subject: Subject): void {
  describe('effects', () => {
    it('makes a channel with its first members, who take no position', async () => {
      const author = new ChannelAuthor(subject.storage);
      await author.create(Array.from({ length: 5 }, newUserId), 'PUSH_FIRST');
      const { channel, created } = author.view;
      const { channels, memberships, events } = subject.storage;
      expect((await channels.byIds([author.channelId])).get(author.channelId)).toEqual({ ...channel, created });
      expect((await channels.heads([author.channelId])).get(author.channelId)).toEqual(author.view.head);
      expect(await memberships.ofChannel(author.channelId)).toEqual([...author.view.members.values()]);
      expect(await events.after(author.channelId, 0, 10)).toEqual([]);
    });

    it('moves the head with every event, whatever it is', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, other] = [newUserId(), newUserId()];
      await author.create([owner]);
      const head = async () => (await subject.storage.channels.heads([author.channelId])).get(author.channelId);
      const message = await author.send(owner, 'one');
      expect(await head()).toEqual(author.view.head);
      await author.add(owner, [other]);
      expect(await head()).toEqual(author.view.head);
      await author.edit(message, 'two');
      expect(await head()).toEqual(author.view.head);
      await author.delete(message);
      await author.leave(owner);
      expect(await head()).toEqual(author.view.head);
      expect(author.view.head).toMatchObject({ sequence: 5, messages: 1 });
    });

    it("moves the sender's checkpoint to one's own message, and nobody else's", async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, other] = [newUserId(), newUserId()];
      await author.create([owner, other]);
      await author.send(owner, 'one');
      const second = await author.send(owner, 'two');
      await author.edit(second, 'three');
      const { checkpoints } = subject.storage;
      expect(await checkpoints.ofMembers(author.channelId, [owner, other])).toEqual(
        new Map([[owner, { sequence: 2, messages: 2 }]]),
      );
    });

    it('never moves a checkpoint back where an older send is written again', async () => {
      const author = new ChannelAuthor(subject.storage);
      const owner = newUserId();
      await author.create([owner]);
      for (const text of ['one', 'two', 'three']) await author.send(owner, text);
      await author.writeAgain();
      const kept = await subject.storage.checkpoints.of(owner, [author.channelId]);
      expect(kept.get(author.channelId)).toEqual({ sequence: 3, messages: 3 });
    });

    it('leaves no trace of an old text in any read once a message was edited or deleted', async () => {
      const author = new ChannelAuthor(subject.storage);
      const owner = newUserId();
      await author.create([owner]);
      const edited = await author.send(owner, 'secret-first');
      const deleted = await author.send(owner, 'secret-second');
      const answer = await author.send(owner, 'answer', deleted.id);
      await author.edit(edited, 'open');
      await author.edit(deleted, 'secret-third');
      await author.delete(deleted);
      await author.writeAgain();
      const { events } = subject.storage;
      const read = await everything(subject, author);
      expect(JSON.stringify(read)).not.toContain('secret');
      expect(read.events).toEqual(author.events());
      expect(read.messages).toEqual([author.now(edited), author.now(deleted), answer]);
      expect(await events.messageAt(author.channelId, deleted.sequence)).toMatchObject({ text: '' });
      const known = await events.messagesById(author.channelId, [edited.id, deleted.id]);
      expect(known.get(edited.id)?.message.text).toBe('open');
      expect(known.get(deleted.id)).toEqual({ message: author.now(deleted), position: author.positionOf(deleted) });
    });

    it('changes nothing when all of it is written again, in whatever order, also after a restart', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, heir, third] = [newUserId(), newUserId(), newUserId()];
      await author.create([owner, heir]);
      const message = await author.send(owner, 'one');
      await author.add(owner, [third]);
      await author.edit(message, 'two');
      await author.leave(third);
      await author.delete(message);
      await author.leave(owner);
      await author.send(heir, 'three');
      await author.add(heir, [third]);
      const before = await everything(subject, author);
      expect(before.members.map(({ userId, role }) => [userId, role])).toEqual([
        [heir, 'OWNER'],
        [third, 'MEMBER'],
      ]);
      expect(before.events).toEqual(author.events());
      await author.writeAgain();
      expect(await everything(subject, author)).toEqual(before);
      await subject.reopen();
      expect(await everything(subject, author)).toEqual(before);
      for (const effects of author.written.toReversed()) await subject.storage.effects.store(effects);
      expect(await everything(subject, author)).toEqual(before);
    });

    it('takes up a batch of which the first part is stored already', async () => {
      const author = new ChannelAuthor(subject.storage);
      const owner = newUserId();
      await author.create([owner]);
      const parts = ['one', 'two', 'three'].map((text) => author.sent(owner, text));
      const [first] = parts;
      if (first === undefined) throw new Error('no parts');
      await subject.storage.effects.store(first);
      const events = parts.flatMap((part) => part.events);
      await subject.storage.effects.store({ channelId: author.channelId, creation: null, events });
      expect(await subject.storage.events.after(author.channelId, 0, 10)).toEqual(events);
    });

    it('stores many batches of many channels at once, each channel in its order', async () => {
      const owner = newUserId();
      const authors = Array.from({ length: 8 }, () => new ChannelAuthor(subject.storage));
      await Promise.all(authors.map((author) => author.create([owner])));
      const effects = Array.from({ length: 40 }, (_, index) =>
        authors.map((author) => author.sent(owner, `message ${index}`)),
      );
      await Promise.all(effects.flat().map((each) => subject.storage.effects.store(each)));
      for (const author of authors) {
        const stored = await subject.storage.events.after(author.channelId, 0, 100);
        expect(stored.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
      }
    });

    it('takes effects that say nothing', async () => {
      const { channelId } = new ChannelAuthor(subject.storage);
      await subject.storage.effects.store({ channelId, creation: null, events: [] });
      expect((await subject.storage.channels.byIds([channelId])).size).toBe(0);
    });
  });
}
