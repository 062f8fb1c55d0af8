import { describe, expect, it, vi } from 'vitest';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { type ChannelId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { createWorld, isSilent, type ModelChannel, noOverflow, range, take, viewer, type World } from './model.ts';

const ada = viewer();
const bob = newUserId();

const open = (world: World, after: ReadonlyMap<ChannelId, number> = new Map()) =>
  world.hub.inbox({ viewer: ada, after, overflow: noOverflow });

function sendMany(channel: ModelChannel, count: number): void {
  for (let index = 0; index < count; index += 1) channel.send(bob);
  channel.stored = channel.head;
}

/** Sequences by channel, in the order in which they came. */
function byChannel(events: readonly ChannelEvent[], ...channels: readonly ModelChannel[]): (number | null)[][] {
  return channels.map(({ id }) => events.filter(({ channelId }) => channelId === id).map(({ sequence }) => sequence));
}

async function joined(world: World, channel: ModelChannel): Promise<void> {
  await world.publish(channel, channel.join(ada.userId));
  await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: channel.head });
}

describe('an inbox', () => {
  it('starts listed channels with what was missed, others live, and ignores those the viewer is not in', async () => {
    const world = createWorld({ catchUpPageEvents: 3 });
    const [listed, live, foreign] = [world.channel(ada.userId), world.channel(ada.userId), world.channel(bob)];
    for (const channel of [listed, live, foreign]) sendMany(channel, 10);
    const after = new Map([
      [listed.id, 2],
      [foreign.id, 0],
      [newGroupId(), 0],
    ]);
    const stream = await open(world, after);
    for (const channel of [listed, live, foreign]) await world.publish(channel, channel.send(bob));
    const events = await take(stream, 10);
    expect(byChannel(events, listed, live, foreign)).toEqual([range(3, 11), [11], []]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('lets live events of other channels through while one catches up', async () => {
    const world = createWorld({ catchUpPageEvents: 3 });
    const [busy, quiet] = [world.channel(ada.userId), world.channel(ada.userId)];
    sendMany(busy, 100);
    const stream = await open(world, new Map([[busy.id, 0]]));
    await take(stream, 10);
    await world.publish(quiet, quiet.send(bob));
    expect((await stream.next()).value).toMatchObject({ channelId: quiet.id, sequence: 1 });
    expect(byChannel(await take(stream, 90), busy)).toEqual([range(11, 100)]);
  });

  it('opens 500 channels with one read of their heads', async () => {
    const world = createWorld();
    const channels = range(1, 500).map(() => world.channel(ada.userId));
    for (const channel of channels) sendMany(channel, 2);
    const stream = await open(world, new Map(channels.map(({ id }) => [id, 1])));
    expect(world.storage.reads).toEqual({ heads: 1, find: 0, ofUser: 2, after: 0 });
    expect(world.hub.feeds).toBe(500);
    const events = await take(stream, 500);
    expect(new Set(events.map(({ channelId }) => channelId)).size).toBe(500);
    await stream.return?.();
    expect(world.hub.readers).toBe(0);
  });

  it("starts a channel that is joined at the viewer's own MemberJoined", async () => {
    const world = createWorld();
    const channel = world.channel(bob);
    sendMany(channel, 5);
    const stream = await open(world);
    await joined(world, channel);
    await world.publish(channel, channel.send(bob));
    const events = await take(stream, 2);
    expect(events).toMatchObject([{ kind: 'MemberJoined', sequence: 6 }, { sequence: 7 }]);
  });

  it('starts a channel whose first members take no position at its first event', async () => {
    const world = createWorld();
    const stream = await open(world);
    const channel = world.channel(ada.userId, bob);
    sendMany(channel, 2);
    await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    expect(byChannel(await take(stream, 2), channel)).toEqual([[null, 1]]);
    await world.publish(channel, channel.send(bob));
    expect(byChannel(await take(stream, 2), channel)).toEqual([[2, 3]]);
  });

  it('tells of a creation first, once, and all of its readers by the same object', async () => {
    const world = createWorld();
    const streams = [await open(world), await open(world)];
    const channel = world.channel(ada.userId, bob);
    sendMany(channel, 2);
    for (let repeats = 0; repeats < 2; repeats += 1) {
      await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    }
    const all = await Promise.all(streams.map((stream) => take(stream, 3)));
    for (const events of all) {
      expect(events.map(({ kind }) => kind)).toEqual(['ChannelCreated', 'MessageSent', 'MessageSent']);
    }
    expect(all[0]?.[0]).toMatchObject({ channelId: channel.id, sequence: null });
    expect(all[0]?.[0]).toBe(all[1]?.[0]);
    await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    for (const stream of streams) expect(await isSilent(stream.next())).toBe(true);
  });

  it('tells no creation to who has been removed meanwhile, nor to who has come back', async () => {
    const world = createWorld();
    const stream = await open(world);
    const [gone, back] = [world.channel(ada.userId, bob), world.channel(ada.userId, bob)];
    gone.leave(ada.userId);
    back.leave(ada.userId);
    back.join(ada.userId);
    for (const channel of [gone, back]) {
      channel.stored = channel.head;
      await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    }
    await world.tell(ada.userId, { kind: 'joined', channelId: back.id, sequence: 2 });
    const events = await take(stream, 3);
    expect(events.map(({ kind }) => kind).sort()).toEqual(['MemberJoined', 'MemberLeft', 'MemberLeft']);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('tells of what is made while it opens, and of what the store has where the hint was lost', async () => {
    const world = createWorld();
    const made: ModelChannel[] = [];
    world.storage.beforeFind = () => {
      world.storage.beforeFind = () => {};
      const channel = world.channel(ada.userId);
      made.push(channel);
      void world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    };
    const stream = await open(world);
    expect(await take(stream, 1)).toMatchObject([{ kind: 'ChannelCreated', channelId: made[0]?.id }]);
    const lost = world.channel(ada.userId, bob);
    await world.hub.resync();
    expect(await take(stream, 1)).toMatchObject([{ kind: 'ChannelCreated', channelId: lost.id }]);
    await world.hub.resync();
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('leaves a channel after the own MemberLeft and starts it again at a re-join', async () => {
    const world = createWorld({ feedLingerMs: 1 });
    const channel = world.channel(ada.userId, bob);
    const stream = await open(world);
    await world.publish(channel, channel.leave(ada.userId), channel.send(bob), channel.ephemeral(bob, 'unseen'));
    expect(byChannel(await take(stream, 1), channel)).toEqual([[1]]);
    const next = stream.next();
    expect(await isSilent(next)).toBe(true);
    await vi.waitFor(() => expect(world.hub.feeds).toBe(0), { timeout: 15_000 });
    await world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 0 });
    await joined(world, channel);
    expect((await next).value).toMatchObject({ kind: 'MemberJoined', sequence: 3 });
    await world.publish(channel, channel.send(bob));
    expect(byChannel(await take(stream, 1), channel)).toEqual([[4]]);
  });

  it('starts again at a re-join whose hint comes before the leaving was read', async () => {
    const world = createWorld({ catchUpPageEvents: 2, feedEventsMax: 1 });
    const channel = world.channel(ada.userId, bob);
    sendMany(channel, 6);
    const stream = await open(world, new Map([[channel.id, 0]]));
    expect(byChannel(await take(stream, 1), channel)).toEqual([[1]]);
    await world.publish(channel, channel.leave(ada.userId), channel.send(bob), channel.send(bob));
    await joined(world, channel);
    await world.publish(channel, channel.send(bob));
    expect(byChannel(await take(stream, 8), channel)).toEqual([[2, 3, 4, 5, 6, 7, 10, 11]]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  // It went on at the newest join: a reader far behind missed what was said while they were a member in between.
  it('shows every membership of who comes and goes while it catches up', async () => {
    const world = createWorld({ catchUpPageEvents: 2, feedEventsMax: 1 });
    const channel = world.channel(ada.userId, bob);
    sendMany(channel, 6);
    const stream = await open(world, new Map([[channel.id, 0]]));
    expect(byChannel(await take(stream, 1), channel)).toEqual([[1]]);
    for (let round = 0; round < 3; round += 1) {
      await world.publish(channel, channel.leave(ada.userId), channel.send(bob));
      await joined(world, channel);
      await world.publish(channel, channel.send(bob));
    }
    const expected = [2, 3, 4, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18];
    expect(byChannel(await take(stream, expected.length), channel)).toEqual([expected]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('remembers so many re-joins, the newest in any case', async () => {
    const world = createWorld({ catchUpPageEvents: 2, feedEventsMax: 1, rejoinsMax: 2 });
    const channel = world.channel(ada.userId, bob);
    sendMany(channel, 6);
    const stream = await open(world, new Map([[channel.id, 0]]));
    expect(byChannel(await take(stream, 1), channel)).toEqual([[1]]);
    for (let round = 0; round < 4; round += 1) {
      await world.publish(channel, channel.leave(ada.userId));
      await joined(world, channel);
    }
    expect(byChannel(await take(stream, 9), channel)).toEqual([[...range(2, 6), 7, 8, 9, 14]]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('misses no join and tells nothing after a removal while it opens', async () => {
    const world = createWorld();
    const [left, came] = [world.channel(ada.userId, bob), world.channel(bob)];
    world.storage.beforeFind = () => {
      world.storage.beforeFind = () => {};
      left.leave(ada.userId);
      left.send(bob);
      came.send(bob);
      came.join(ada.userId);
      came.send(bob);
      for (const channel of [left, came]) channel.stored = channel.head;
    };
    const stream = await open(world);
    await world.publish(left, left.send(bob));
    await world.publish(came, came.send(bob));
    expect(byChannel(await take(stream, 3), left, came)).toEqual([[], [2, 3, 4]]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  // What passed between joining the feed and looking at memberships again was queued for who was no member any more.
  it('tells nothing that passes between the join and the second look at memberships', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    let looks = 0;
    world.storage.beforeFind = () => {
      looks += 1;
      if (looks === 1) channel.leave(ada.userId);
      channel.stored = channel.head;
      if (looks === 2) void world.publish(channel, channel.send(bob), channel.ephemeral(bob, 'unseen'));
    };
    const stream = await open(world);
    expect(looks).toBe(2);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('finds joins and removals by the store when their hints were lost', async () => {
    const world = createWorld();
    const [left, came] = [world.channel(ada.userId, bob), world.channel(bob)];
    const stream = await open(world);
    left.leave(ada.userId);
    left.send(bob);
    came.join(ada.userId);
    for (const channel of [left, came]) channel.stored = channel.head;
    await world.hub.resync();
    const events = await take(stream, 2);
    expect(byChannel(events, left, came)).toEqual([[1], [1]]);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('tells nothing of what was told between, where the viewer is removed and comes back while it opens', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const { ofUser } = world.storage.memberships;
    let looks = 0;
    world.storage.memberships.ofUser = async (...args) => {
      looks += 1;
      if (looks === 2) {
        await world.publish(channel, channel.leave(ada.userId));
        await world.publish(channel, channel.ephemeral(bob, 'between'));
        await world.publish(channel, channel.join(ada.userId));
      }
      return ofUser(...args);
    };
    const stream = await open(world);
    await world.publish(channel, channel.send(bob));
    expect((await take(stream, 3)).map(({ kind }) => kind)).toEqual(['MemberLeft', 'MemberJoined', 'MessageSent']);
    expect(await isSilent(stream.next())).toBe(true);
  });

  it('goes on where the hint of a leaving before a re-join comes while it opens', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    let hints: (() => Promise<void>) | null = null;
    world.storage.beforeFind = async () => {
      if (hints !== null) return hints();
      const [leaving, join] = [channel.leave(ada.userId), channel.join(ada.userId)];
      channel.stored = channel.head;
      hints = () => world.publish(channel, leaving, join);
    };
    const stream = await open(world);
    await world.publish(channel, channel.send(bob));
    expect((await take(stream, 1)).map(({ sequence }) => sequence)).toEqual([3]);
  });

  // The join was remembered as one that nothing had begun from yet, and its history given from its first event on.
  it.each(['before', 'after'])(
    'repeats nothing where the hint of the known join comes %s the channel is opened, and the viewer is removed',
    async (when) => {
      const world = createWorld();
      const channel = world.channel(bob);
      channel.join(ada.userId);
      sendMany(channel, 3);
      const hint = () => world.tell(ada.userId, { kind: 'joined', channelId: channel.id, sequence: 1 });
      const { ofUser } = world.storage.memberships;
      let looks = 0;
      world.storage.memberships.ofUser = async (...args) => {
        looks += 1;
        if (looks === (when === 'before' ? 1 : 2)) await hint();
        if (looks === 2) await world.publish(channel, channel.leave(ada.userId));
        return ofUser(...args);
      };
      const stream = await open(world, new Map([[channel.id, 4]]));
      expect(looks).toBe(2);
      expect(await isSilent(stream.next())).toBe(true);
    },
  );

  it('tries again to open a joined channel, and is UNAVAILABLE where that goes on failing', async () => {
    const world = createWorld();
    const [one, other] = [world.channel(bob), world.channel(bob)];
    const stream = await open(world);
    world.storage.failures = 2;
    await joined(world, one);
    expect(byChannel(await take(stream, 1), one)).toEqual([[1]]);
    world.storage.failures = 5;
    const next = stream.next();
    const outcome = expect(next).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await joined(world, other);
    await outcome;
    expect(world.hub.readers).toBe(0);
  });
});
