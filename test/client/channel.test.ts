import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelPartsFragment } from '../../schema/generated/client.ts';
import { recordFrom, refreshed, withCheckpoint, withEvent } from '../../src/client/channel.ts';
import { ADA, BOB, joined, left, sent } from './events.ts';

interface Written {
  readonly own: boolean;
}

/** What a server says of a channel after so many messages: one's own moves the checkpoint. */
function partsAt(log: readonly Written[], head: number): ChannelPartsFragment {
  const readUpTo = log.slice(0, head).findLastIndex(({ own }) => own) + 1;
  return {
    id: 'chn_1',
    kind: 'DIRECT',
    name: null,
    delivery: 'PERSIST_FIRST',
    head,
    unread: head - readUpTo,
    membership: { role: 'MEMBER', readUpTo },
    members: { totalCount: 2, edges: [{ node: { user: ADA } }, { node: { user: BOB } }] },
  };
}

const logs = fc.array(fc.record({ own: fc.boolean() }), { maxLength: 20 });
const eventAt = (log: readonly Written[], sequence: number) =>
  sent(sequence, { sender: log[sequence - 1]?.own ? ADA : BOB });

describe('a channel', () => {
  it('counts what is unread as the server does, wherever its events begin and whenever it was asked', () => {
    fc.assert(
      fc.property(logs, fc.nat(20), fc.nat(20), fc.nat(20), (log, position, first, second) => {
        const [from, asked, again] = [position, first, second].map((at) => Math.min(at, log.length));
        const begin = Math.min(from ?? 0, asked ?? 0);
        let channel = recordFrom(partsAt(log, asked ?? 0), begin, 0, ADA.id);
        for (let sequence = begin + 1; sequence <= log.length; sequence += 1) {
          channel = withEvent(channel, eventAt(log, sequence), ADA.id, sequence);
          // What was asked may be older than the events.
          if (sequence === again) channel = refreshed(channel, partsAt(log, Math.min(sequence, asked ?? 0)), 0, ADA.id);
        }
        expect(channel.head).toBe(log.length);
        expect(channel.unread).toBe(partsAt(log, log.length).unread);
        expect(channel.readUpTo).toBe(partsAt(log, log.length).membership.readUpTo);
      }),
    );
  });

  it('has nothing unread up to where it was read, here or on another device, and never goes back', () => {
    let channel = recordFrom(partsAt([], 0), 0, 0, ADA.id);
    for (let sequence = 1; sequence <= 5; sequence += 1)
      channel = withEvent(channel, sent(sequence, { sender: BOB }), ADA.id, 1);
    expect(channel.unread).toBe(5);
    channel = withCheckpoint(channel, 3, 2);
    expect([channel.unread, channel.readUpTo]).toEqual([2, 3]);
    expect(withCheckpoint(channel, 2, 3)).toBe(channel);
    expect(withCheckpoint(channel, 5, null).unread).toBe(0);
    expect(withCheckpoint(channel, 4, null).unread).toBe(2);
  });

  it('is named by the other person, or by the group', () => {
    expect(recordFrom(partsAt([], 0), 0, 0, ADA.id)).toMatchObject({ title: 'Bob', peer: BOB });
    const group = { ...partsAt([], 0), kind: 'GROUP' as const, name: 'Tea' };
    expect(recordFrom(group, 0, 0, ADA.id)).toMatchObject({ title: 'Tea', peer: null });
  });

  it('counts who comes and goes once, and knows when the viewer becomes its owner', () => {
    const group = { ...partsAt([], 0), kind: 'GROUP' as const, name: 'Tea', head: 1 };
    let channel = recordFrom(group, 0, 0, ADA.id);
    channel = withEvent(channel, joined(1, BOB), ADA.id, 1);
    expect(channel.memberCount).toBe(2);
    channel = withEvent(channel, joined(2, BOB), ADA.id, 1);
    expect(channel.memberCount).toBe(3);
    channel = withEvent(channel, { ...left(3, BOB), newOwner: { id: ADA.id } } as ReturnType<typeof left>, ADA.id, 1);
    expect(channel).toMatchObject({ memberCount: 2, role: 'OWNER' });
  });
});
