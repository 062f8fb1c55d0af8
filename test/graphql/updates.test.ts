import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { EVENT_FIELDS, type Event } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

interface Updates {
  readonly events: readonly Event[];
  readonly more: boolean;
}
interface Position {
  readonly channelId: string;
  readonly sequence: number;
}

const UPDATES = `query ($after: [ChannelPosition!]!, $wait: Int, $first: Int) {
  updates(after: $after, wait: $wait, first: $first) { more events { ${EVENT_FIELDS} } }
}`;

/** What a long poll may take to answer after an event. */
const ANSWER_MS = 1_000;

let node: Node;
let handles = 0;

beforeAll(async () => {
  node = await startNode();
});
afterAll(() => node[Symbol.asyncDispose]());

const person = () => signUp(node.url, `person-${handles++}`);
const poll = async ({ token }: Person, after: readonly Position[], more: { wait?: number; first?: number } = {}) =>
  (await run<{ updates: Updates }>(node.url, token, UPDATES, { after, wait: 0, first: 100, ...more })).updates;
const sequencesOf = ({ events }: Updates) => events.map(({ sequence }) => sequence);

describe('short polling', () => {
  it('brings everything after the positions, and starts a channel that is not listed at the checkpoint', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    for (const text of ['one', 'two', 'three', 'four']) await send(node.url, ada, channelId, text);
    expect(sequencesOf(await poll(bob, []))).toEqual([1, 2, 3, 4]);
    await change('markRead', { url: node.url, by: bob, input: { channelId, upTo: 3 } });
    expect(sequencesOf(await poll(bob, []))).toEqual([4]);
    expect(sequencesOf(await poll(bob, [{ channelId, sequence: 0 }]))).toEqual([1, 2, 3, 4]);
    expect(await poll(bob, [{ channelId, sequence: 4 }])).toEqual({ events: [], more: false });
    expect(await poll(ada, [])).toEqual({ events: [], more: false });
  });

  it('says exactly whether more waits, page by page, over several channels', async () => {
    const [ada, bob] = [await person(), await person()];
    const ids = [await createGroup(node.url, ada, [bob]), await createGroup(node.url, ada, [bob])] as const;
    for (let index = 0; index < 6; index += 1) await send(node.url, ada, ids[index % 2] as string, `${index}`);
    expect((await poll(bob, [], { first: 6 })).more).toBe(false);
    const positions = new Map<string, number>();
    const seen: Event[] = [];
    for (let more = true; more; ) {
      const after = [...positions].map(([channelId, sequence]) => ({ channelId, sequence }));
      const updates = await poll(bob, after, { first: 4 });
      expect(updates.events.length).toBeGreaterThan(0);
      expect(updates.events.length).toBeLessThanOrEqual(4);
      for (const { channel, sequence } of updates.events) positions.set(channel.id, sequence ?? 0);
      seen.push(...updates.events);
      more = updates.more;
    }
    for (const id of ids) {
      expect(seen.filter(({ channel }) => channel.id === id).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    }
    expect(seen).toHaveLength(6);
  });

  it('ignores positions in channels that the viewer is not in', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, []);
    await send(node.url, ada, channelId, 'secret');
    const after = [channelId, `chn_${'A'.repeat(22)}`, 'x'].map((id) => ({ channelId: id, sequence: 0 }));
    expect(await poll(bob, after)).toEqual({ events: [], more: false });
  });
});

describe('long polling', () => {
  // It went on to the end of its wait, and brought what happened meanwhile.
  it('ends with the log-out of its session, and with no other', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    const gone = await logIn(node.url, bob.handle);
    const waiting = poll(gone, [], { wait: 30 }).catch((error: Error) => error.message);
    const staying = poll(bob, [], { wait: 30 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await run(node.url, gone.token, 'mutation { logOut }');
    const endedAt = performance.now();
    expect(await waiting).toContain('UNAUTHENTICATED');
    expect(performance.now() - endedAt).toBeLessThan(ANSWER_MS);
    await send(node.url, ada, channelId, 'news');
    expect(sequencesOf(await staying)).toEqual([1]);
  });

  it('answers within a second of an event, in a channel listed or not', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    for (const after of [[], [{ channelId, sequence: 1 }]]) {
      let isAnswered = false;
      const polling = poll(bob, after, { wait: 20 }).finally(() => {
        isAnswered = true;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(isAnswered).toBe(false);
      const { sequence } = await send(node.url, ada, channelId, 'now');
      const sentAt = performance.now();
      expect(sequencesOf(await polling)).toEqual([sequence]);
      expect(performance.now() - sentAt).toBeLessThan(ANSWER_MS);
    }
  });

  it('answers at once where something waits already', async () => {
    const [ada, bob] = [await person(), await person()];
    await send(node.url, ada, await createGroup(node.url, ada, [bob]), 'before');
    const askedAt = performance.now();
    expect(sequencesOf(await poll(bob, [], { wait: 20 }))).toEqual([1]);
    expect(performance.now() - askedAt).toBeLessThan(ANSWER_MS);
  });

  it('answers with nothing at the end of the wait', async () => {
    const askedAt = performance.now();
    expect(await poll(await person(), [], { wait: 1 })).toEqual({ events: [], more: false });
    expect(performance.now() - askedAt).toBeGreaterThan(990);
  });

  it('brings a channel that the viewer is added to meanwhile', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, []);
    const polling = poll(bob, [], { wait: 20 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await change('addMembers', { url: node.url, by: ada, input: { channelId, userIds: [bob.id] } });
    expect((await polling).events).toMatchObject([{ __typename: 'MemberJoined', channel: { id: channelId } }]);
  });

  // A page that was just full said `more` whether there was more or not.
  it('says that more waits only where it does', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    const polling = poll(bob, [], { wait: 20, first: 1 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    await send(node.url, ada, channelId, 'only');
    expect(await polling).toMatchObject({ events: [{ sequence: 1 }], more: false });
  });

  it('sees typing and EPHEMERAL messages only while it waits', async () => {
    const [ada, bob] = [await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    const given = { url: node.url, by: ada };
    await send(node.url, ada, channelId, 'nobody sees it');
    expect((await poll(bob, [])).events).toEqual([]);

    const seen = async (say: (count: number) => Promise<unknown>) => {
      let count = 0;
      let isAnswered = false;
      const polling = poll(bob, [], { wait: 20 }).finally(() => {
        isAnswered = true;
      });
      await until('the poll to see it', async () => {
        if (!isAnswered) await say(count++);
        return isAnswered;
      });
      return (await polling).events[0];
    };
    expect(await seen((count) => send(node.url, ada, channelId, `message ${count}`))).toMatchObject({
      __typename: 'MessageSent',
      sequence: null,
      message: { text: expect.stringMatching(/^message /) },
    });
    expect(
      await seen((count) => change('setTyping', { ...given, input: { channelId, typing: count % 2 === 0 } })),
    ).toMatchObject({ __typename: 'TypingChanged', sequence: null, user: { id: ada.id } });
  });
});
