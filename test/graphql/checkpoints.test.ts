import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUpAll } from '../support/person.ts';

interface Stand {
  readonly head: number;
  readonly unread: number;
  readonly membership: { readonly readUpTo: number };
}

const STAND = 'query ($id: ID!) { channel(id: $id) { head unread membership { readUpTo } } }';

let node: Node;
let ada: Person;
let bob: Person;
let cat: Person;

beforeAll(async () => {
  node = await startNode();
  [ada, bob, cat] = (await signUpAll(node.url, ['ada', 'bob', 'cat'])) as [Person, Person, Person];
});
afterAll(() => node[Symbol.asyncDispose]());

/** Head, unread messages and checkpoint. */
async function stand(by: Person, id: string): Promise<readonly [number, number, number]> {
  const { channel } = await run<{ channel: Stand }>(node.url, by.token, STAND, { id });
  return [channel.head, channel.unread, channel.membership.readUpTo];
}

const markRead = async (by: Person, channelId: string, upTo: number) =>
  (
    await change<{ membership: { readUpTo: number } }>('markRead', {
      url: node.url,
      by,
      input: { channelId, upTo },
    })
  ).membership.readUpTo;

describe('unread', () => {
  it('counts messages after the checkpoint exactly: deleted ones too, other events not', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    expect(await stand(bob, channelId)).toEqual([0, 0, 0]);
    const given = { url: node.url, by: ada };
    const { id: messageId } = await send(node.url, ada, channelId, 'one');
    await change('editMessage', { ...given, input: { messageId, text: 'changed' } });
    await send(node.url, ada, channelId, 'two');
    expect(await stand(bob, channelId)).toEqual([3, 2, 0]);
    await change('deleteMessage', { ...given, input: { messageId } });
    expect(await stand(bob, channelId)).toEqual([4, 2, 0]);
    // Sending moves the sender's own checkpoint.
    expect(await stand(ada, channelId)).toEqual([4, 0, 3]);

    await change('addMembers', { ...given, input: { channelId, userIds: [cat.id] } });
    expect(await stand(cat, channelId)).toEqual([5, 0, 5]);
    await send(node.url, ada, channelId, 'three');
    expect(await stand(cat, channelId)).toEqual([6, 1, 5]);
    expect(await stand(bob, channelId)).toEqual([6, 3, 0]);

    expect(await markRead(bob, channelId, 2)).toBe(2);
    expect(await stand(bob, channelId)).toEqual([6, 2, 2]);
    await send(node.url, bob, channelId, 'four');
    expect(await stand(bob, channelId)).toEqual([7, 0, 7]);
    expect(await stand(cat, channelId)).toEqual([7, 2, 5]);
  });

  it('starts at the join again for who has left and come back', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    const given = { url: node.url, by: ada };
    await send(node.url, ada, channelId, 'one');
    await change('removeMember', { ...given, input: { channelId, userId: bob.id } });
    await send(node.url, ada, channelId, 'two');
    await change('addMembers', { ...given, input: { channelId, userIds: [bob.id] } });
    expect(await stand(bob, channelId)).toEqual([4, 0, 4]);
  });
});

describe('markRead', () => {
  it('never moves back', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    for (const text of ['one', 'two', 'three']) await send(node.url, ada, channelId, text);
    expect(await markRead(bob, channelId, 2)).toBe(2);
    expect(await markRead(bob, channelId, 1)).toBe(2);
    expect(await markRead(bob, channelId, 0)).toBe(2);
    const moves = [3, 1, 2, 3, 0].map((upTo) => markRead(bob, channelId, upTo));
    await Promise.all(moves);
    expect(await stand(bob, channelId)).toEqual([3, 0, 3]);
  });

  it('is refused above the head, and below 0', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await send(node.url, ada, channelId, 'one');
    for (const upTo of [2, 2 ** 31 - 1, -1]) {
      const given = { url: node.url, by: bob, input: { channelId, upTo } };
      expect(await refusalCode('markRead', given)).toBe('BAD_USER_INPUT upTo');
    }
    const tooLarge = { url: node.url, by: bob, input: { channelId, upTo: 2 ** 31 } };
    expect(await refusalCode('markRead', tooLarge)).toBe('BAD_USER_INPUT upTo');
    expect(await markRead(bob, channelId, 1)).toBe(1);
  });

  it('takes the sequence of a PUSH_FIRST message that was just pushed', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'PUSH_FIRST');
    const { sequence } = await send(node.url, ada, channelId, 'one');
    expect(await markRead(bob, channelId, sequence ?? 0)).toBe(1);
  });

  it("tells the user's other sessions, and nobody else", async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    const phone = await logIn(node.url, 'bob');
    await send(node.url, ada, channelId, 'one');
    const after = [{ channelId, sequence: 0 }];
    await using other = await Listener.inbox(node, phone, after);
    await using otherChannel = await Listener.channel(node, phone, channelId, 0);
    await using own = await Listener.inbox(node, bob, after);
    await using sender = await Listener.inbox(node, ada, after);
    const all = [other, otherChannel, own, sender];
    await Promise.all(all.map((listener) => listener.first(1)));
    await markRead(bob, channelId, 1);
    await markRead(bob, channelId, 1);
    await send(node.url, bob, channelId, 'two');
    await Promise.all(all.map((listener) => listener.event('the second message', ({ sequence }) => sequence === 2)));
    const moved = {
      ...{ __typename: 'CheckpointMoved', sequence: null, channel: { id: channelId } },
      membership: { user: { id: bob.id }, role: 'MEMBER', readUpTo: 1 },
    };
    const checkpointsOf = ({ events }: Listener) => events.filter(({ __typename }) => __typename === 'CheckpointMoved');
    // One, also where it is said twice; a send of one's own makes none.
    expect(checkpointsOf(other)).toEqual([moved]);
    expect(checkpointsOf(otherChannel)).toEqual([moved]);
    expect(checkpointsOf(own)).toEqual([]);
    expect(checkpointsOf(sender)).toEqual([]);
  });
});
