import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChannelEvent } from '../../src/domain/event.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import type { EventStream } from '../../src/stream/hub.ts';
import { createWorld, noOverflow, viewer, type World } from './model.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const [ada, bob, eve] = [newUserId(), newUserId(), newUserId()];

async function open(world: World, who = ada) {
  const channel = world.channel(ada, bob, eve);
  const stream = await world.hub.channel({
    viewer: viewer(who),
    channelId: channel.id,
    after: 0,
    overflow: noOverflow,
  });
  const seen: ChannelEvent[] = [];
  const reading = read(stream, seen);
  return { channel, stream, seen, reading, told: () => seen.map(brief) };
}

async function read(stream: EventStream, seen: ChannelEvent[]): Promise<void> {
  for await (const event of stream) seen.push(event);
}

const brief = (event: ChannelEvent): string =>
  event.kind === 'TypingChanged' ? `${event.userId === bob ? 'bob' : 'other'} ${event.typing}` : event.kind;

describe('typing', () => {
  it('ends after 6 s without a renewal', async () => {
    const world = createWorld();
    const { channel, told } = await open(world);
    await world.publish(channel, channel.typing(bob));
    await vi.advanceTimersByTimeAsync(5_999);
    expect(told()).toEqual(['bob true']);
    await vi.advanceTimersByTimeAsync(1);
    expect(told()).toEqual(['bob true', 'bob false']);
  });

  it('lasts as long as it is renewed, and is told once', async () => {
    const world = createWorld();
    const { channel, told } = await open(world);
    for (let renewal = 0; renewal < 5; renewal += 1) {
      await world.publish(channel, channel.typing(bob));
      await vi.advanceTimersByTimeAsync(5_000);
    }
    expect(told()).toEqual(['bob true']);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(told()).toEqual(['bob true', 'bob false']);
  });

  it('ends once: with the stop that is told, with a message, or with a leaving', async () => {
    const world = createWorld();
    const { channel, told } = await open(world);
    await world.publish(channel, channel.typing(bob), channel.typing(bob, false), channel.typing(bob, false));
    await world.publish(channel, channel.typing(bob), channel.send(bob));
    await world.publish(channel, channel.typing(bob), channel.ephemeral(bob, 'one'));
    await world.publish(channel, channel.typing(bob), channel.leave(bob));
    await vi.advanceTimersByTimeAsync(10_000);
    const [on, off] = ['bob true', 'bob false'];
    expect(told()).toEqual([on, off, on, 'MessageSent', off, on, 'EphemeralSent', off, on, 'MemberLeft', off]);
  });

  it('is not told to the one who types', async () => {
    const world = createWorld();
    const { channel, told } = await open(world, bob);
    await world.publish(channel, channel.typing(bob), channel.typing(eve));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told()).toEqual(['other true', 'other false']);
  });

  it('leaves no timer behind when the hub closes', async () => {
    const world = createWorld();
    const { channel, reading } = await open(world);
    await world.publish(channel, channel.typing(bob));
    await world.hub.close();
    await reading;
    expect(vi.getTimerCount()).toBe(0);
  });
});
