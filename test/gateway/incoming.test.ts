import { describe, expect, it } from 'vitest';
import { Incoming } from '../../src/gateway/incoming.ts';

interface Handled {
  readonly frame: string;
  readonly end: () => void;
}

/** Frames that reach the protocol, each of which goes on until the test ends it. */
function open() {
  const handled: Handled[] = [];
  const refused: string[] = [];
  const incoming = new Incoming({
    handle: (frame) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      handled.push({ frame, end: resolve });
      if (!frame.includes('"subscribe"')) resolve();
      return promise;
    },
    refuse: () => refused.push('message'),
    refuseId: () => refused.push('id'),
  });
  const take = (type: string, id?: string): Promise<void> => incoming.take(JSON.stringify({ type, id }));
  const seen = (): string[] => handled.map(({ frame }) => (JSON.parse(frame) as { type: string }).type);
  return { incoming, handled, refused, take, seen };
}

/** Long enough for whatever does not wait for anything. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the frames of a socket', () => {
  // Failed so: a client that completed an operation and took its id again at once got a `complete` for the new one, and
  // no event ever, since the end of the old one took the id with it.
  it('wait with an id that was completed until its operation has ended', async () => {
    const { handled, take, seen } = open();
    const first = take('subscribe', '1');
    await take('complete', '1');
    const second = take('subscribe', '1');
    await settled();
    expect(seen()).toEqual(['subscribe', 'complete']);
    handled[0]?.end();
    await first;
    await settled();
    expect(seen()).toEqual(['subscribe', 'complete', 'subscribe']);
    handled[2]?.end();
    await second;
  });

  it('never begin an operation that was completed while it waited', async () => {
    const { handled, take, seen } = open();
    const first = take('subscribe', '1');
    await take('complete', '1');
    const second = take('subscribe', '1');
    await take('complete', '1');
    const third = take('subscribe', '1');
    handled[0]?.end();
    await Promise.all([first, second]);
    await settled();
    expect(seen().filter((type) => type === 'subscribe')).toHaveLength(2);
    handled.at(-1)?.end();
    await third;
  });

  it('are refused where the id is in use, also by one that waits', async () => {
    const { refused, take } = open();
    void take('subscribe', '1');
    await take('subscribe', '1');
    expect(refused).toEqual(['id']);
    await take('complete', '1');
    void take('subscribe', '1');
    await take('subscribe', '1');
    expect(refused).toEqual(['id', 'id']);
  });

  it('do not wait for operations of another id', async () => {
    const { take, seen } = open();
    void take('subscribe', '1');
    await take('complete', '1');
    void take('subscribe', '2');
    await settled();
    expect(seen()).toEqual(['subscribe', 'complete', 'subscribe']);
  });

  it('let the id go where the operation fails', async () => {
    let fails = true;
    const incoming = new Incoming({
      handle: async () => {
        if (fails) throw new Error('not this time');
      },
      refuse: () => {},
      refuseId: () => expect.unreachable(),
    });
    const frame = JSON.stringify({ type: 'subscribe', id: '1' });
    await expect(incoming.take(frame)).rejects.toThrow('not this time');
    fails = false;
    await incoming.take(frame);
  });

  it('are refused where only servers send them', async () => {
    const { refused, take, seen } = open();
    for (const type of ['next', 'error', 'connection_ack']) await take(type, '1');
    expect(refused).toEqual(['message', 'message', 'message']);
    expect(seen()).toEqual([]);
  });

  it('that are no messages are left to the protocol to refuse', async () => {
    const { incoming, handled } = open();
    for (const frame of ['', '{', 'null', '7', '[]', '{"type":null}']) await incoming.take(frame);
    expect(handled).toHaveLength(6);
  });
});
