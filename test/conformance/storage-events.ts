import { beforeAll, describe, expect, it } from 'vitest';
import { channelOfMessage, namedMessageId, newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { MessageRange } from '../../src/storage/events.ts';
import { ChannelAuthor } from './channel-author.ts';
import type { Subject } from './storage.ts';

const ALL: MessageRange = { after: null, before: null, limit: 100, from: 'oldest' };

export function eventsConformance(subject: Subject): void {
  describe('events', () => {
    const owner = newUserId();
    const other = newUserId();
    let author: ChannelAuthor;

    /** 30 messages with every other kind of event among them. */
    beforeAll(async () => {
      author = new ChannelAuthor(subject.storage);
      await author.create([owner]);
      for (let index = 0; index < 30; index += 1) {
        const message = await author.send(owner, `message ${index} ${'ü🎈'.repeat(index)}`);
        if (index % 7 === 2) await author.edit(message, `edited ${index}`);
        if (index % 9 === 4) await author.delete(message);
        if (index === 10) await author.add(owner, [other]);
        if (index === 20) await author.leave(other);
      }
      // Reads must not depend on what was in memory.
      await subject.reopen();
    });

    it('gives events after a sequence, oldest first, without a hole', async () => {
      const { events } = subject.storage;
      expect(await events.after(author.channelId, 0, 1_000)).toEqual(author.events());
      expect(await events.after(author.channelId, 5, 3)).toEqual(author.events().slice(5, 8));
      expect(await events.after(author.channelId, author.view.head.sequence, 10)).toEqual([]);
      expect(await events.after(newGroupId(), 0, 10)).toEqual([]);
    });

    it('gives events before a sequence or from the newest, newest first', async () => {
      const { events } = subject.storage;
      const newestFirst = author.events().toReversed();
      expect(await events.before(author.channelId, null, 1_000)).toEqual(newestFirst);
      expect(await events.before(author.channelId, null, 4)).toEqual(newestFirst.slice(0, 4));
      const { sequence } = author.view.head;
      expect(await events.before(author.channelId, sequence, 4)).toEqual(newestFirst.slice(1, 5));
      expect(await events.before(author.channelId, 1, 4)).toEqual([]);
    });

    it('fills pages of messages from either end, always oldest to newest, with bounds that are exclusive', async () => {
      const { events } = subject.storage;
      const all = author.messages();
      expect(all).toHaveLength(30);
      expect(await events.messages(author.channelId, ALL)).toEqual(all);
      expect(await events.messages(author.channelId, { ...ALL, from: 'newest' })).toEqual(all);
      expect(await events.messages(author.channelId, { ...ALL, limit: 4 })).toEqual(all.slice(0, 4));
      expect(await events.messages(author.channelId, { ...ALL, limit: 4, from: 'newest' })).toEqual(all.slice(-4));
      const after = all[5]?.sequence ?? 0;
      const before = all[12]?.sequence ?? 0;
      const between = { after, before, limit: 100 } as const;
      expect(await events.messages(author.channelId, { ...between, from: 'oldest' })).toEqual(all.slice(6, 12));
      expect(await events.messages(author.channelId, { ...between, from: 'newest', limit: 2 })).toEqual(
        all.slice(10, 12),
      );
      expect(await events.messages(author.channelId, { ...between, from: 'oldest', limit: 2 })).toEqual(
        all.slice(6, 8),
      );
      expect(await events.messages(author.channelId, { ...ALL, after: after, before: after + 1 })).toEqual([]);
      expect(await events.messages(newGroupId(), ALL)).toEqual([]);
    });

    it('walks the whole history page by page, both ways', async () => {
      const { events } = subject.storage;
      for (const from of ['oldest', 'newest'] as const) {
        const walked = [];
        for (let bound: number | null = null; ; ) {
          const range = from === 'oldest' ? { after: bound, before: null } : { after: null, before: bound };
          const page = await events.messages(author.channelId, { ...range, limit: 7, from });
          if (page.length === 0) break;
          walked.push(page);
          bound = (from === 'oldest' ? page.at(-1) : page[0])?.sequence ?? null;
        }
        expect((from === 'oldest' ? walked : walked.reverse()).flat()).toEqual(author.messages());
      }
    });

    it('finds a message by its sequence, and none where another event is', async () => {
      const { events } = subject.storage;
      for (const event of author.events()) {
        const expected = event.kind === 'MessageSent' ? event.message : null;
        expect(await events.messageAt(author.channelId, event.sequence)).toEqual(expected);
      }
      expect(await events.messageAt(author.channelId, 0)).toBeNull();
      expect(await events.messageAt(author.channelId, author.view.head.sequence + 1)).toBeNull();
    });

    it('finds messages by id, with the position of the command that sent each, in their own channel only', async () => {
      const { events } = subject.storage;
      const all = author.messages();
      const unknown = namedMessageId(author.channelId, owner, newCommandId());
      const found = await events.messagesById(author.channelId, [...all.map(({ id }) => id), unknown]);
      expect(found.size).toBe(all.length);
      for (const message of all) {
        expect(found.get(message.id)).toEqual({ message, position: author.positionOf(message) });
        expect(channelOfMessage(message.id)).toBe(author.channelId);
      }
      const ids = all.map(({ id }) => id);
      expect((await events.messagesById(newGroupId(), ids)).size).toBe(0);
      expect((await events.messagesById(author.channelId, [])).size).toBe(0);
    });

    it('says how many messages the channel had had at each event, and null where there is none', async () => {
      const { events } = subject.storage;
      for (const { sequence, messages } of author.events()) {
        expect(await events.messagesAt(author.channelId, sequence)).toBe(messages);
      }
      expect(await events.messagesAt(author.channelId, author.view.head.sequence + 1)).toBeNull();
      expect(await events.messagesAt(newGroupId(), 1)).toBeNull();
    });
  });

  describe('channels', () => {
    it('leaves absent what does not exist', async () => {
      const { channels } = subject.storage;
      const author = new ChannelAuthor(subject.storage);
      await author.create([newUserId()]);
      const ids = [newGroupId(), author.channelId, author.channelId];
      expect([...(await channels.byIds(ids)).keys()]).toEqual([author.channelId]);
      expect([...(await channels.heads(ids)).keys()]).toEqual([author.channelId]);
      expect((await channels.heads([])).size).toBe(0);
    });
  });
}
