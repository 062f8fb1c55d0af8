import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { accepted, refused } from '../../src/domain/outcome.ts';
import { ChannelAuthor } from './channel-author.ts';
import type { Subject } from './storage.ts';

export function registersConformance(subject: Subject): void {
  describe('checkpoints', () => {
    it('move up and never down', async () => {
      const [userId, channelId] = [newUserId(), newGroupId()];
      const { checkpoints } = subject.storage;
      expect((await checkpoints.of(userId, [channelId])).size).toBe(0);
      expect(await checkpoints.move(userId, channelId, { sequence: 5, messages: 4 })).toBe(true);
      expect(await checkpoints.move(userId, channelId, { sequence: 3, messages: 2 })).toBe(false);
      expect((await checkpoints.of(userId, [channelId])).get(channelId)).toEqual({ sequence: 5, messages: 4 });
      expect(await checkpoints.move(userId, channelId, { sequence: 9, messages: 6 })).toBe(true);
      await subject.reopen();
      const kept = await subject.storage.checkpoints.of(userId, [channelId, newGroupId()]);
      expect(kept).toEqual(new Map([[channelId, { sequence: 9, messages: 6 }]]));
    });

    it('keep the highest of many moves at once', async () => {
      const [userId, channelId] = [newUserId(), newGroupId()];
      const { checkpoints } = subject.storage;
      const sequences = [4, 9, 1, 7, 12, 3, 11];
      await Promise.all(
        sequences.map((sequence) => checkpoints.move(userId, channelId, { sequence, messages: sequence })),
      );
      expect((await checkpoints.of(userId, [channelId])).get(channelId)).toEqual({ sequence: 12, messages: 12 });
    });

    it('are read for many channels of one user, and for many members of one channel', async () => {
      const [one, other, third] = [newUserId(), newUserId(), newUserId()];
      const [first, second] = [newGroupId(), newGroupId()];
      const { checkpoints } = subject.storage;
      await checkpoints.move(one, first, { sequence: 1, messages: 1 });
      await checkpoints.move(one, second, { sequence: 2, messages: 1 });
      await checkpoints.move(other, first, { sequence: 3, messages: 2 });
      expect(await checkpoints.of(one, [first, second])).toEqual(
        new Map([
          [first, { sequence: 1, messages: 1 }],
          [second, { sequence: 2, messages: 1 }],
        ]),
      );
      expect(await checkpoints.ofMembers(first, [one, other, third])).toEqual(
        new Map([
          [one, { sequence: 1, messages: 1 }],
          [other, { sequence: 3, messages: 2 }],
        ]),
      );
      expect((await checkpoints.of(one, [])).size).toBe(0);
      expect((await checkpoints.ofMembers(first, [])).size).toBe(0);
    });

    it('are kept when a member leaves', async () => {
      const author = new ChannelAuthor(subject.storage);
      const [owner, guest] = [newUserId(), newUserId()];
      await author.create([owner, guest]);
      await author.send(guest, 'hello');
      await author.leave(guest);
      const kept = await subject.storage.checkpoints.of(guest, [author.channelId]);
      expect(kept.get(author.channelId)).toEqual({ sequence: 1, messages: 1 });
    });
  });

  describe('positions', () => {
    it('move up and never down, each partition and epoch by itself', async () => {
      const [epoch, later] = [randomUUID(), randomUUID()];
      const { positions } = subject.storage;
      expect(await positions.consumed(epoch, 0)).toBeNull();
      await positions.move(epoch, 0, 0);
      expect(await positions.consumed(epoch, 0)).toBe(0);
      await positions.move(epoch, 0, 9_007_199_254_740_000);
      await positions.move(epoch, 0, 12);
      await positions.move(epoch, 1, 7);
      await positions.move(later, 0, 1);
      await subject.reopen();
      const reopened = subject.storage.positions;
      expect(await reopened.consumed(epoch, 0)).toBe(9_007_199_254_740_000);
      expect(await reopened.consumed(epoch, 1)).toBe(7);
      expect(await reopened.consumed(later, 0)).toBe(1);
      expect(await reopened.consumed(later, 1)).toBeNull();
    });
  });

  describe('outcomes', () => {
    it('are found by command, whatever they say, also after a restart', async () => {
      const { outcomes } = subject.storage;
      const author = new ChannelAuthor(subject.storage);
      const owner = newUserId();
      await author.create([owner]);
      const given = new Map([
        [newCommandId(), accepted(await author.send(owner, 'Grüße 🎈'))],
        [newCommandId(), accepted()],
        [newCommandId(), refused('GROUP_FULL', 'A group has at most 100 members.', 'userIds')],
        [newCommandId(), refused('NOT_FOUND', 'No such channel.')],
      ]);
      for (const [commandId, outcome] of given) await outcomes.put(commandId, outcome);
      const [first] = given.keys();
      if (first === undefined) throw new Error('no outcome');
      await subject.reopen();
      const reopened = subject.storage.outcomes;
      expect(await reopened.find([...given.keys(), newCommandId(), first])).toEqual(given);
      expect(await reopened.find([first])).toEqual(new Map([[first, given.get(first)]]));
      expect((await reopened.find([newCommandId()])).size).toBe(0);
      expect((await reopened.find([])).size).toBe(0);
    });

    it('may be put again', async () => {
      const { outcomes } = subject.storage;
      const commandId = newCommandId();
      for (let time = 0; time < 3; time += 1) await outcomes.put(commandId, accepted());
      expect(await outcomes.find([commandId])).toEqual(new Map([[commandId, accepted()]]));
    });
  });

  describe('keys', () => {
    it('are made once for all who ask, and are the same from then on', async () => {
      const name = randomUUID();
      const askers = Array.from({ length: 20 }, (_, index) =>
        subject.storage.keys.ensure(name, () => new Uint8Array([index, 0, 255])),
      );
      const [first, ...others] = (await Promise.all(askers)).map((key) => [...key]);
      expect(first?.slice(1)).toEqual([0, 255]);
      for (const key of others) expect(key).toEqual(first);
      await subject.reopen();
      const later = await subject.storage.keys.ensure(name, () => new Uint8Array([99]));
      expect([...later]).toEqual(first);
      expect([...(await subject.storage.keys.ensure(randomUUID(), () => new Uint8Array([1])))]).toEqual([1]);
    });
  });
}
