import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { ChannelEvent, SequencedEvent } from '../../src/domain/event.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import type { EventStream } from '../../src/stream/hub.ts';
import { createWorld, noOverflow, range, sequences, take, viewer } from './model.ts';

const MIB = 1024 * 1024;
const bob = newUserId();

async function readAll(stream: EventStream, count: number): Promise<number> {
  let next = 1;
  for await (const event of stream) {
    if (event.sequence !== next) throw new Error(`${event.sequence} came instead of ${next}`);
    next += 1;
    if (next > count) break;
  }
  return next - 1;
}

describe('a slow reader', () => {
  // A reader that did not pull once ended the whole process at the 1,025th event, or kept its neighbours from the rest.
  it('is let go of, once, and its neighbours get everything', async () => {
    const count = 20_000;
    const world = createWorld();
    const neighbours = range(1, 3).map(() => viewer());
    const stalled = viewer();
    const channel = world.channel(stalled.userId, bob, ...neighbours.map(({ userId }) => userId));
    let overflows = 0;
    const overflow = () => {
      overflows += 1;
      throw new Error('a fault in what is called');
    };
    const unread = await world.hub.channel({ viewer: stalled, channelId: channel.id, after: null, overflow });
    const inboxes = await world.hub.inbox({ viewer: stalled, after: new Map(), overflow });
    const reading = neighbours.map(async (neighbour) =>
      readAll(
        await world.hub.channel({ viewer: neighbour, channelId: channel.id, after: null, overflow: noOverflow }),
        count,
      ),
    );
    await setImmediate();
    const text = 'x'.repeat(1_024);
    let queueBytesMax = 0;
    for (let index = 0; index < count; index += 1) {
      await world.hint(channel, { kind: 'event', event: channel.send(bob, `${text}${index}`) });
      channel.events[index] = { ...(channel.events[index] as SequencedEvent) };
      queueBytesMax = Math.max(queueBytesMax, world.hub.queueBytes);
    }
    expect(await Promise.all(reading)).toEqual([count, count, count]);
    expect(overflows).toBe(2);
    expect(world.errors).toHaveLength(2);
    expect(queueBytesMax).toBeLessThan(5 * MIB);
    for (const stream of [unread, inboxes]) expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect([world.hub.readers, world.hub.queueBytes]).toEqual([0, 0]);
  }, 30_000);

  it('resumes with exactly the rest', async () => {
    const world = createWorld({ queueHardBytes: 4_000, queueSoftBytes: 2_000 });
    const ada = viewer();
    const channel = world.channel(ada.userId, bob);
    let overflows = 0;
    const overflow = () => {
      overflows += 1;
    };
    const request = { viewer: ada, channelId: channel.id, overflow };
    const first = await world.hub.channel({ ...request, after: null });
    await world.publish(channel, channel.send(bob), channel.send(bob));
    expect(sequences(await take(first, 2))).toEqual([1, 2]);
    for (let index = 0; index < 50; index += 1) await world.publish(channel, channel.send(bob));
    expect([overflows, await take(first, 1)]).toEqual([1, []]);
    const second = await world.hub.channel({ ...request, after: 2 });
    expect(sequences(await take(second, 50))).toEqual(range(3, 52));
    expect(overflows).toBe(1);
  });

  it('costs nothing while it catches up, however much passes meanwhile', async () => {
    const world = createWorld({ queueHardBytes: 4_000, queueSoftBytes: 2_000 });
    const ada = viewer();
    const channel = world.channel(ada.userId, bob);
    await world.publish(channel, channel.send(bob));
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: 0, overflow: noOverflow });
    for (let index = 0; index < 1_000; index += 1) await world.publish(channel, channel.send(bob));
    expect(world.hub.queueBytes).toBe(0);
    expect(sequences(await take(stream, 1_001))).toEqual(range(1, 1_001));
  });

  it('takes under 32 MB to bring 100,000 events', async () => {
    const count = 100_000;
    const world = createWorld();
    const ada = viewer();
    const channel = world.channel(ada.userId, bob);
    const sample = channel.send(bob, 'x');
    world.storage.channels.heads = async () =>
      new Map([[channel.id, { sequence: count, messages: count, activeAt: 1 }]]);
    let pagesRead = 0;
    world.storage.events.after = async (_, sequence, limit) => {
      pagesRead += 1;
      return range(sequence + 1, Math.min(count, sequence + limit)).map((next) => row(sample, next));
    };
    const stream = await world.hub.channel({ viewer: ada, channelId: channel.id, after: 0, overflow: noOverflow });
    await setImmediate();
    expect(pagesRead).toBe(0);
    const before = heapBytes();
    let heapBytesMax = 0;
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const { value } = await stream.next();
      if (value?.sequence !== sequence) throw new Error(`${value?.sequence} came instead of ${sequence}`);
      if (sequence % 10_000 === 0) heapBytesMax = Math.max(heapBytesMax, heapBytes() - before);
      if (pagesRead !== Math.ceil(sequence / 100))
        throw new Error(`${pagesRead} pages were read for ${sequence} events`);
    }
    expect(heapBytesMax).toBeLessThan(32 * MIB);
  }, 30_000);
});

const row = (sample: ChannelEvent, sequence: number): SequencedEvent => {
  const event = sample as SequencedEvent & { kind: 'MessageSent' };
  return { ...event, sequence, message: { ...event.message, sequence, text: `${'y'.repeat(1_000)}${sequence}` } };
};

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** What is really held. */
function heapBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
