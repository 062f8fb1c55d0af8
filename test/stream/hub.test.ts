import { describe, expect, it, vi } from 'vitest';
import type { CheckpointMoved } from '../../src/domain/event.ts';
import { type ChannelId, newUserId, type SessionId, type UserId } from '../../src/domain/identifier.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import { channelTopic } from '../../src/pubsub/topics.ts';
import type { EventStream, UserListener } from '../../src/stream/hub.ts';
import type { StreamViewer } from '../../src/stream/reader.ts';
import { createWorld, isSilent, noOverflow, range, sequences, take, viewer, type World } from './model.ts';

const ada = viewer();
const bob = newUserId();

const open = (world: World, channelId: ChannelId, after: number | null = null, who: StreamViewer = ada) =>
  world.hub.channel({ viewer: who, channelId, after, overflow: noOverflow });

/** A bus that counts its subscriptions and fails as often as told. */
function countingPubSub() {
  const inner = createMemoryPubSub();
  const counts = { subscribed: 0, active: 0, failures: 0 };
  const pubsub: PubSub = {
    publish: (topic, payload) => inner.publish(topic, payload),
    shardOf: (topic) => inner.shardOf(topic),
    onReconnect: (listener) => inner.onReconnect(listener),
    close: () => inner.close(),
    async subscribe(topic, listener) {
      await new Promise((resolve) => setImmediate(resolve));
      if (counts.failures > 0) {
        counts.failures -= 1;
        throw new Error('the bus is away');
      }
      const end = await inner.subscribe(topic, listener);
      counts.subscribed += 1;
      counts.active += 1;
      return () => {
        counts.active -= 1;
        end();
      };
    },
  };
  return { pubsub, counts };
}

const moved = (userId: UserId, sessionId: SessionId, channelId: ChannelId, sequence: number): CheckpointMoved => ({
  kind: 'CheckpointMoved',
  channelId,
  sequence: null,
  at: 1,
  userId,
  sessionId,
  checkpoint: { sequence, messages: 0 },
});

describe('a hub', () => {
  it('opens one feed for all who come at once, and reads the head after the subscription', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({}, pubsub);
    const channel = world.channel(ada.userId, bob);
    const streams = await Promise.all([open(world, channel.id), open(world, channel.id), open(world, channel.id)]);
    expect([world.hub.feeds, world.hub.readers, world.storage.reads.heads]).toEqual([1, 3, 1]);
    expect(counts.subscribed).toBe(2);
    await world.publish(channel, channel.send(bob));
    for (const stream of streams) expect(sequences(await take(stream, 1))).toEqual([1]);
  });

  it('hands the same frozen event to every reader', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const streams = [await open(world, channel.id), await open(world, channel.id)];
    const event = channel.send(bob);
    await world.publish(channel, event);
    const [[one], [other]] = [await take(streams[0] as EventStream, 1), await take(streams[1] as EventStream, 1)];
    expect(one).toBe(other);
    expect(one).toEqual(event);
    expect(one).not.toBe(event);
    expect(Object.isFrozen(one)).toBe(true);
  });

  it('fails all who wait for an opening that fails, and leaves nothing behind', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({}, pubsub);
    const channel = world.channel(ada.userId, bob);
    const listener = { hear: () => {} };
    await world.hub.listen(ada.userId, listener);
    counts.failures = 1;
    const openings = await Promise.allSettled([open(world, channel.id), open(world, channel.id)]);
    for (const opening of openings)
      expect(opening).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    world.hub.unlisten(ada.userId, listener);
    await vi.waitFor(() => expect(counts.active).toBe(0), { timeout: 15_000 });
    expect([world.hub.feeds, world.hub.readers, world.hub.users]).toEqual([0, 0, 0]);
    expect(sequences(await take(await open(world, channel.id, 0), 0))).toEqual([]);
  });

  it('keeps a feed for a while after its last reader, with what it has in memory', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({ feedLingerMs: 50 }, pubsub);
    const channel = world.channel(ada.userId, bob);
    const first = await open(world, channel.id);
    for (let index = 0; index < 10; index += 1) await world.publish(channel, channel.send(bob));
    await first.return?.();
    const second = await open(world, channel.id, 4);
    expect(sequences(await take(second, 6))).toEqual(range(5, 10));
    expect([world.storage.reads.after, world.storage.reads.heads]).toEqual([0, 1]);
    await second.return?.();
    await vi.waitFor(() => expect(world.hub.feeds).toBe(0), { timeout: 15_000 });
    expect(counts.active).toBe(0);
  });

  it('replays from memory what an edit or a deletion has made of a message', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    await open(world, channel.id);
    const [one, two] = [channel.send(bob, 'one'), channel.send(bob, 'two')];
    await world.publish(channel, one, two, channel.edit(one.message, 'uno'), channel.delete(two.message));
    const events = await take(await open(world, channel.id, 0), 4);
    expect(events.map((event) => 'message' in event && event.message.text)).toEqual(['uno', '', 'uno', '']);
    expect(world.storage.reads.after).toBe(0);
  });

  // A buffer shared by all topics once gave one channel's events to the readers of another.
  it('never gives an event of one channel to a reader of another', async () => {
    const world = createWorld();
    const channels = Array.from({ length: 10 }, () => world.channel(ada.userId, bob));
    const streams = await Promise.all(channels.map(({ id }) => open(world, id)));
    for (let round = 0; round < 5; round += 1) {
      for (const channel of channels)
        await world.publish(channel, channel.send(bob), channel.ephemeral(bob, `${round}`));
    }
    for (const [index, stream] of streams.entries()) {
      const events = await take(stream, 10);
      expect(new Set(events.map(({ channelId }) => channelId))).toEqual(new Set([channels[index]?.id]));
    }
  });

  it('passes an ephemeral message once, though it is pushed again', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const stream = await open(world, channel.id);
    const pushes = ['a', 'b', 'a', 'a', 'c'].map((nonce) => channel.ephemeral(bob, nonce));
    await world.publish(channel, ...pushes);
    const events = await take(stream, 3);
    expect(events).toEqual([pushes[0], pushes[1], pushes[4]]);
  });

  it('gives an ephemeral message that passes while a reader catches up', async () => {
    const world = createWorld({ catchUpPageEvents: 2, earlyEventsMax: 3, heldEventsMax: 3 });
    const channel = world.channel(ada.userId, bob);
    for (let index = 0; index < 4; index += 1) channel.send(bob);
    channel.stored = channel.head;
    const stream = await open(world, channel.id, 0);
    await take(stream, 1);
    await world.publish(channel, ...['a', 'b', 'c'].map((nonce) => channel.ephemeral(bob, nonce)));
    const kinds = (await take(stream, 6)).map(({ sequence }) => sequence);
    expect(kinds).toEqual([2, 3, 4, null, null, null]);
  });

  it("tells a checkpoint to the same user's other devices only", async () => {
    const world = createWorld();
    const phone = viewer(ada.userId);
    const channel = world.channel(ada.userId, bob);
    const other = world.channel(ada.userId, bob);
    const onPhone = await open(world, channel.id, null, phone);
    const onPhoneElsewhere = await open(world, other.id, null, phone);
    const onLaptop = await open(world, channel.id, null, ada);
    const inbox = await world.hub.inbox({ viewer: phone, after: new Map(), overflow: noOverflow });
    const event = moved(ada.userId, ada.sessionId, channel.id, 7);
    await world.tell(ada.userId, { kind: 'checkpoint', event });
    expect(await take(onPhone, 1)).toEqual([event]);
    expect(await take(inbox, 1)).toEqual([event]);
    expect(await isSilent(onLaptop.next())).toBe(true);
    expect(await isSilent(onPhoneElsewhere.next())).toBe(true);
  });

  it('listens to a user once for all who ask, until the last has gone', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({}, pubsub);
    const seen: string[] = [];
    const listeners: readonly UserListener[] = [
      {
        hear: () => {
          throw new Error('a fault in a listener');
        },
      },
      { hear: ({ kind }) => void seen.push(kind) },
    ];
    await Promise.all(listeners.map((listener) => world.hub.listen(bob, listener)));
    expect([counts.subscribed, world.hub.users]).toEqual([1, 1]);
    await world.tell(bob, { kind: 'loggedOut', sessionId: ada.sessionId });
    expect(seen).toEqual(['loggedOut']);
    expect(world.errors).toHaveLength(1);
    for (const listener of listeners) world.hub.unlisten(bob, listener);
    await vi.waitFor(() => expect(counts.active).toBe(0), { timeout: 15_000 });
    expect(world.hub.users).toBe(0);
  });

  it('ends a stream at once that is returned while it waits', async () => {
    const world = createWorld({ feedLingerMs: 1 });
    const channel = world.channel(ada.userId, bob);
    const stream = await open(world, channel.id);
    const waiting = [stream.next(), stream.next()];
    await stream.return?.();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect([world.hub.readers, world.hub.users]).toEqual([0, 0]);
    await vi.waitFor(() => expect(world.hub.feeds).toBe(0), { timeout: 15_000 });
  });

  it('ends every stream when it closes, those included that nobody reads and those that are opening', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({}, pubsub);
    const channel = world.channel(ada.userId, bob);
    await open(world, channel.id, 0);
    const waiting = (await open(world, channel.id)).next();
    const opening = open(world, world.channel(ada.userId).id);
    const outcome = expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await Promise.resolve();
    await world.hub.close();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await outcome;
    await expect(open(world, channel.id)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(world.hub.listen(bob, { hear: () => {} })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await vi.waitFor(() => expect(counts.active).toBe(0), { timeout: 15_000 });
    expect([world.hub.feeds, world.hub.readers, world.hub.users, world.hub.queueBytes]).toEqual([0, 0, 0, 0]);
  });

  it('reads again where the store fails for a moment, and is UNAVAILABLE where it goes on', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    for (let index = 0; index < 3; index += 1) channel.send(bob);
    channel.stored = channel.head;
    const patient = await open(world, channel.id, 0);
    world.storage.failures = 4;
    expect(sequences(await take(patient, 3))).toEqual([1, 2, 3]);
    expect(world.errors).toHaveLength(4);
    const unlucky = await open(world, channel.id, 0);
    world.storage.failures = 5;
    await expect(unlucky.next()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await unlucky.next()).toEqual({ done: true, value: undefined });
    expect(world.hub.readers).toBe(1);
  });

  it('learns what it missed from the next hint, from what is stored, and from a resync', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const stream = await open(world, channel.id);
    const sent = () => channel.send(bob);
    sent();
    await world.publish(channel, sent());
    expect(sequences(await take(stream, 2))).toEqual([1, 2]);
    sent();
    channel.stored = channel.head;
    await world.hint(channel, { kind: 'stored', head: channel.head });
    expect(sequences(await take(stream, 1))).toEqual([3]);
    sent();
    channel.stored = channel.head;
    await world.hub.resync();
    expect(sequences(await take(stream, 1))).toEqual([4]);
  });

  it('waits for the store where what was pushed first has not reached it', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const stream = await open(world, channel.id);
    channel.send(bob);
    await world.hint(channel, { kind: 'event', event: channel.send(bob) });
    const next = stream.next();
    await vi.waitFor(() => expect(world.storage.reads.after).toBeGreaterThan(2), { timeout: 15_000 });
    expect(await isSilent(next)).toBe(true);
    channel.stored = channel.head;
    expect(await next).toMatchObject({ value: { sequence: 1 } });
    expect(sequences(await take(stream, 1))).toEqual([2]);
  });

  it('drops what a reader has seen already where it resumes above the known head', async () => {
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const events = range(1, 5).map(() => channel.send(bob));
    const stream = await open(world, channel.id, 3);
    for (const event of events) await world.hint(channel, { kind: 'event', event });
    expect(sequences(await take(stream, 2))).toEqual([4, 5]);
  });

  it('warns of nothing with many readers of one channel', async () => {
    const warnings: Error[] = [];
    const warn = (warning: Error) => warnings.push(warning);
    process.on('warning', warn);
    const world = createWorld();
    const channel = world.channel(ada.userId, bob);
    const streams = await Promise.all(range(1, 30).map(() => open(world, channel.id, 0)));
    const waiting = streams.map((stream) => stream.next());
    await world.publish(channel, channel.send(bob));
    await Promise.all(waiting);
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  it('is the only listener of a topic', async () => {
    const { pubsub, counts } = countingPubSub();
    const world = createWorld({}, pubsub);
    const channel = world.channel(ada.userId, bob);
    await Promise.all(range(1, 20).map(() => open(world, channel.id)));
    expect(counts.active).toBe(2);
    await pubsub.publish(channelTopic(channel.id), { kind: 'stored', head: 0 });
  });
});
