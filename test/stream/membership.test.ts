import { describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import { channelTopic } from '../../src/pubsub/topics.ts';
import { createWorld, isSilent, noOverflow, sequences, take, viewer } from './model.ts';

const ada = viewer();
const bob = newUserId();

describe('a channel stream', () => {
  it('is not for those who are not members, who can not tell whether it exists', async () => {
    const world = createWorld();
    const channel = world.channel(bob);
    const missing = world.channel();
    world.storage.all.delete(missing.id);
    for (const { id } of [channel, missing]) {
      const opening = world.hub.channel({ viewer: ada, channelId: id, after: 0, overflow: noOverflow });
      await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'No such channel.' });
    }
    expect([world.hub.feeds, world.hub.users, world.hub.readers]).toEqual([0, 0, 0]);
  });

  it("ends with the viewer's own leaving, live, and tells nothing that follows", async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    await world.publish(channel, channel.send(bob), channel.leave(ada.userId), channel.send(bob), channel.typing(bob));
    await world.publish(channel, channel.ephemeral(bob, 'after'));
    await world.tell(ada.userId, {
      kind: 'checkpoint',
      event: {
        kind: 'CheckpointMoved',
        channelId: channel.id,
        sequence: null,
        at: 1,
        userId: ada.userId,
        checkpoint: { sequence: 3, messages: 2 },
        sessionId: viewer().sessionId,
      },
    });
    const events = await take(stream, 10);
    expect(events.map(({ kind }) => kind)).toEqual(['MessageSent', 'MemberLeft']);
    expect(world.hub.readers).toBe(0);
  });

  it('ends with it while catching up too, from memory and from the store', async () => {
    for (const feedEventsMax of [300, 1]) {
      const world = createWorld({ feedEventsMax, catchUpPageEvents: 2 });
      const channel = world.channel(ada.userId, bob);
      for (let index = 0; index < 5; index += 1) channel.send(bob);
      channel.stored = channel.head;
      const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: 0, overflow: noOverflow });
      expect(sequences(await take(stream, 1))).toEqual([1]);
      await world.publish(channel, channel.leave(ada.userId), channel.send(bob), channel.ephemeral(bob, 'after'));
      expect(sequences(await take(stream, 100))).toEqual([2, 3, 4, 5, 6]);
    }
  });

  it('shows an own leaving before a later join as history', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    channel.leave(ada.userId);
    channel.send(bob);
    channel.join(ada.userId);
    channel.stored = channel.head;
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: 0, overflow: noOverflow });
    expect(sequences(await take(stream, 3))).toEqual([1, 2, 3]);
    await world.publish(channel, channel.send(bob), channel.leave(ada.userId));
    expect(sequences(await take(stream, 10))).toEqual([4, 5]);
  });

  it('is refused to who is removed between the first look and the join', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    world.storage.beforeFind = () => {
      world.storage.beforeFind = () => {};
      channel.leave(ada.userId);
      channel.send(bob);
      channel.stored = channel.head;
    };
    const opening = world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    await expect(opening).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(world.hub.readers).toBe(0);
  });

  // The head may reach the store before the membership's end does: both looks then find a member, and the feed has passed the leaving.
  it('ends when a late hint tells of a removal that the feed had passed unseen', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const leaving = channel.leave(ada.userId);
    const still = new Map(world.channel(ada.userId).members);
    for (const [id, membership] of still) channel.members.set(id, membership);
    channel.stored = channel.head;
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    await world.publish(channel, leaving, channel.send(bob));
    expect(await take(stream, 10)).toEqual([]);
  });

  it('does not end at the repeated hint of a leaving before a re-join', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const leaving = channel.leave(ada.userId);
    channel.join(ada.userId);
    channel.stored = channel.head;
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    await world.publish(channel, leaving, channel.send(bob));
    expect(sequences(await take(stream, 1))).toEqual([3]);
    const next = stream.next();
    expect(await isSilent(next)).toBe(true);
  });

  it('goes on where the hint of a leaving before a re-join comes between the two looks', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const { find } = world.storage.memberships;
    let looks = 0;
    let hints = async () => {};
    world.storage.memberships.find = async (...args) => {
      looks += 1;
      const found = await find(...args);
      if (looks > 1) await hints();
      else {
        const [leaving, join] = [channel.leave(ada.userId), channel.join(ada.userId)];
        channel.stored = channel.head;
        hints = () => world.publish(channel, leaving, join);
      }
      return found;
    };
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    expect(looks).toBe(2);
    await world.publish(channel, channel.send(bob));
    expect(sequences(await take(stream, 1))).toEqual([3]);
  });

  // The store may have the leaving's head before the membership's end. What passed in its turn was no news to who had asked for what follows it.
  it('ends at an own leaving that the viewer asked to be given what follows', async () => {
    for (const isReadBySomebody of [false, true]) {
      const world = createWorld();
      const channel = world.channel(ada.userId, bob);
      await world.publish(channel, channel.send(bob));
      const request = { channelId: channel.id, overflow: noOverflow };
      if (isReadBySomebody) await world.hub.channel({ viewer: viewer(bob), after: null, ...request });
      const still = [...channel.members];
      const leaving = channel.leave(ada.userId);
      for (const [id, membership] of still) channel.members.set(id, membership);
      if (isReadBySomebody) channel.stored = channel.head;
      const stream = await world.hub.channel({ viewer: ada, after: 2, ...request });
      channel.members.delete(ada.userId);
      await world.publish(channel, leaving, channel.send(bob), channel.ephemeral(bob, 'after'));
      expect(await take(stream, 10)).toEqual([]);
    }
  });

  it('finds a removal by the store when its hint was lost', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    channel.leave(ada.userId);
    channel.stored = channel.head;
    await world.hub.resync();
    expect((await take(stream, 10)).map(({ kind }) => kind)).toEqual(['MemberLeft']);
  });
});

describe('a stream of a channel that somebody else reads here', () => {
  const opened = async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const other = viewer(bob);
    await world.hub.channel({ viewer: other, channelId: channel.id, after: null, overflow: noOverflow });
    const open = () => world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    return { world, channel, open };
  };

  it('costs one look at the membership', async () => {
    const { world, channel, open } = await opened();
    const before = { ...world.storage.reads };
    const stream = await open();
    expect(world.storage.reads).toEqual({ ...before, find: before.find + 1 });
    await world.publish(channel, channel.send(bob));
    expect(sequences(await take(stream, 1))).toEqual([1]);
  });

  it('is refused to who is no member, and leaves nothing', async () => {
    const { world, channel, open } = await opened();
    const before = [world.hub.feeds, world.hub.users, world.hub.readers];
    channel.members.delete(ada.userId);
    await expect(open()).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'No such channel.' });
    expect([world.hub.feeds, world.hub.users, world.hub.readers]).toEqual(before);
    await world.publish(channel, channel.send(bob));
    expect(world.hub.counts.delivered).toBe(1);
  });

  // The store may still call a member whoever has left, and the feed has passed the leaving: nothing but this hint tells of it.
  it('is refused where the hint of a removal comes late, while the membership is looked up', async () => {
    const { world, channel, open } = await opened();
    const leaving = channel.leave(ada.userId);
    await world.publish(channel, leaving);
    for (const [id, membership] of world.channel(ada.userId).members) channel.members.set(id, membership);
    world.storage.beforeFind = () => world.publish(channel, leaving);
    await expect(open()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('goes on where that leaving was before a re-join', async () => {
    const { world, channel, open } = await opened();
    const leaving = channel.leave(ada.userId);
    await world.publish(channel, leaving, channel.join(ada.userId));
    world.storage.beforeFind = () => world.publish(channel, leaving);
    const stream = await open();
    await world.publish(channel, channel.send(bob));
    expect(sequences(await take(stream, 1))).toEqual([3]);
  });

  it('gives what was sent while the membership was looked up', async () => {
    const { world, channel, open } = await opened();
    world.storage.beforeFind = () => world.publish(channel, channel.send(bob));
    expect(sequences(await take(await open(), 1))).toEqual([1]);
  });

  // A splice that had joined the feed before its reader was a member once held what was told meanwhile, and gave it to who had become one.
  it('gives nothing of what was told before a membership that begins while it is looked up', async () => {
    const { world, channel, open } = await opened();
    for (const wasMember of [false, true]) {
      if (!wasMember) channel.members.delete(ada.userId);
      const { find } = world.storage.memberships;
      world.storage.memberships.find = async (...args) => {
        world.storage.memberships.find = find;
        if (wasMember) await world.publish(channel, channel.leave(ada.userId));
        await world.publish(channel, channel.ephemeral(bob, String(wasMember), 'secret'));
        await world.publish(channel, channel.join(ada.userId));
        return find(...args);
      };
      const stream = await open();
      await world.publish(channel, channel.send(bob));
      const kinds = (await take(stream, wasMember ? 3 : 2)).map(({ kind }) => kind);
      expect(kinds).toEqual([...(wasMember ? ['MemberLeft'] : []), 'MemberJoined', 'MessageSent']);
      expect(await isSilent(stream.next())).toBe(true);
      await stream.return?.();
    }
  });

  it('is refused at once to who is no member while a member is still opening it', async () => {
    const world = createWorld();
    const channel = world.channel(bob);
    const { subscribe } = world.pubsub;
    const gate = Promise.withResolvers<void>();
    const slow: PubSub['subscribe'] = async (topic, listener) => {
      if (topic === channelTopic(channel.id)) await gate.promise;
      return subscribe.call(world.pubsub, topic, listener as never);
    };
    world.pubsub.subscribe = slow;
    const member = viewer(bob);
    const opening = world.hub.channel({ viewer: member, channelId: channel.id, after: null, overflow: noOverflow });
    await expect.poll(() => world.hub.feeds).toBe(1);
    const stranger = world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });
    await expect(stranger).rejects.toMatchObject({ code: 'NOT_FOUND' });
    gate.reject(new Error('the bus is away'));
    await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('is let go of, however often somebody asks who is no member', async () => {
    const world = createWorld({ feedLingerMs: 40 });
    const channel = world.channel(bob);
    const request = { channelId: channel.id, after: null, overflow: noOverflow };
    await (await world.hub.channel({ viewer: viewer(bob), ...request })).return?.();
    const ask = async () => {
      await expect(world.hub.channel({ viewer: ada, ...request })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      return world.hub.feeds;
    };
    await expect.poll(ask, { interval: 10 }).toBe(0);
  });

  it('is let go of though many ask at once who are no members', async () => {
    const world = createWorld({ feedLingerMs: 20 });
    const channel = world.channel(bob);
    const request = { channelId: channel.id, after: null, overflow: noOverflow };
    const member = await world.hub.channel({ viewer: viewer(bob), ...request });
    world.storage.beforeFind = () => new Promise((resolve) => setTimeout(resolve, 10));
    const asking: Promise<unknown>[] = [];
    for (let asked = 0; asked < 60; asked += 1) {
      asking.push(world.hub.channel({ viewer: viewer(), ...request }).catch(({ code }) => code));
      await new Promise((resolve) => setTimeout(resolve, 3));
      if (asked === 0) await member.return?.();
    }
    expect(world.hub.feeds).toBe(0);
    expect(new Set(await Promise.all(asking))).toEqual(new Set(['NOT_FOUND']));
  });
});
