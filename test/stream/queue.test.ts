import { describe, expect, it } from 'vitest';
import type { ChannelEvent, CheckpointMoved } from '../../src/domain/event.ts';
import { type ChannelId, newGroupId, newSessionId, newUserId } from '../../src/domain/identifier.ts';
import { EventQueue } from '../../src/stream/queue.ts';
import { eventBytes } from '../../src/stream/size.ts';
import { ModelChannel } from './model.ts';

const author = newUserId();
const channel = new ModelChannel();
const sent = (): ChannelEvent => channel.send(author, 'x'.repeat(1_000));
const bytes = eventBytes(sent());
const small = eventBytes(channel.typing(author));

const checkpoint = (channelId: ChannelId, sequence: number): CheckpointMoved => ({
  kind: 'CheckpointMoved',
  channelId,
  sequence: null,
  at: 1,
  userId: author,
  checkpoint: { sequence, messages: 0 },
  sessionId: newSessionId(),
});

function drain(queue: EventQueue): ChannelEvent[] {
  const events: ChannelEvent[] = [];
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) events.push(event);
  return events;
}

describe('a queue', () => {
  it('gives what was put in, in order, and counts down to nothing', () => {
    const queue = new EventQueue({ queueSoftBytes: 1 << 20, queueHardBytes: 1 << 21 });
    const events = [sent(), channel.typing(author), checkpoint(channel.id, 1), sent()];
    for (const event of events) expect(queue.push(event)).toBe(true);
    expect(queue.bytes).toBe(2 * bytes + 2 * small);
    expect(drain(queue)).toEqual(events);
    expect(queue.bytes).toBe(0);
  });

  it('keeps typing up to the soft mark and drops it past it', () => {
    for (const [queueSoftBytes, kept] of [
      [bytes + small, 1],
      [bytes + small - 1, 0],
    ] as const) {
      const queue = new EventQueue({ queueSoftBytes, queueHardBytes: 1 << 20 });
      queue.push(sent());
      expect(queue.push(channel.typing(author))).toBe(true);
      expect(drain(queue).filter(({ kind }) => kind === 'TypingChanged')).toHaveLength(kept);
    }
  });

  it("keeps each channel's newest checkpoint past the soft mark", () => {
    const queue = new EventQueue({ queueSoftBytes: bytes, queueHardBytes: 1 << 20 });
    const other = newGroupId();
    queue.push(sent());
    for (const sequence of [1, 3, 2]) expect(queue.push(checkpoint(channel.id, sequence))).toBe(true);
    expect(queue.push(checkpoint(other, 9))).toBe(true);
    const moved = drain(queue).filter((event) => event.kind === 'CheckpointMoved');
    expect(moved.map((event) => [event.channelId, event.checkpoint.sequence])).toEqual([
      [channel.id, 3],
      [other, 9],
    ]);
  });

  it('does not lose a checkpoint that comes after the one before was taken', () => {
    const queue = new EventQueue({ queueSoftBytes: 0, queueHardBytes: 1 << 20 });
    queue.push(checkpoint(channel.id, 1));
    expect(drain(queue)).toHaveLength(1);
    queue.push(checkpoint(channel.id, 2));
    expect(drain(queue)).toMatchObject([{ checkpoint: { sequence: 2 } }]);
  });

  it('takes messages up to the hard mark, those of an EPHEMERAL channel too, and refuses one past it', () => {
    const fits = new EventQueue({ queueSoftBytes: 0, queueHardBytes: 3 * bytes });
    for (let index = 0; index < 3; index += 1) expect(fits.push(sent())).toBe(true);
    expect(fits.push(channel.ephemeral(author, 'a'))).toBe(false);
    expect(fits.push(channel.typing(author))).toBe(true);
    expect(fits.bytes).toBe(3 * bytes);
    const short = new EventQueue({ queueSoftBytes: 0, queueHardBytes: 3 * bytes - 1 });
    for (let index = 0; index < 2; index += 1) expect(short.push(sent())).toBe(true);
    expect(short.push(sent())).toBe(false);
  });

  it('counts text in bytes', () => {
    expect(eventBytes(channel.send(author, '日本')) - eventBytes(channel.send(author, ''))).toBe(6);
  });
});
