import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Member, Parts } from './parts.ts';

const CHANNELS = 12;
const LIST = `{ viewer { channels(first: 50) { edges { node {
  id name head unread
  membership { role readUpTo }
  members(first: 3) { totalCount edges { node { readUpTo user { handle presence { status } } } } }
  messages(last: 1) { edges { node { text sender { handle } channel { name } replyTo { text sender { handle } } } } }
} } } } }`;

describe('one operation', () => {
  let parts: Parts;
  let ada: Member;
  let bob: Member;
  beforeAll(async () => {
    parts = await Parts.start();
    [ada, bob] = (await parts.signUpAll('ada', 'bob')) as [Member, Member];
    for (let count = 0; count < CHANNELS; count += 1) {
      const channelId = await parts.createGroup(ada, [bob]);
      const { id } = await parts.send(bob, channelId, 'question');
      await parts.send(bob, channelId, 'answer', { replyTo: id });
    }
  });
  afterAll(() => parts[Symbol.asyncDispose]());
  beforeEach(() => parts.reads.clear());

  const reads = (name: string): number => parts.reads.get(name) ?? 0;

  it('reads what it asks of many channels together', async () => {
    const { viewer } = await parts.run(ada, LIST);
    expect(viewer.channels.edges).toHaveLength(CHANNELS);
    expect(viewer.channels.edges[0].node).toMatchObject({
      head: 2,
      unread: 2,
      membership: { role: 'OWNER', readUpTo: 0 },
      members: { totalCount: 2, edges: [{ node: { readUpTo: 0 } }, { node: { readUpTo: 2 } }] },
      messages: { edges: [{ node: { text: 'answer', channel: { name: 'Tea' }, replyTo: { text: 'question' } } }] },
    });
    // The viewer, then members and senders, however many channels there are; and those that only a reply names.
    expect(reads('users.byIds')).toBeLessThanOrEqual(3);
    // The list, and once more for what counts as unread.
    expect(reads('channels.heads')).toBeLessThanOrEqual(2);
    expect(reads('channels.byIds')).toBe(1);
    expect(reads('presence.online')).toBeLessThanOrEqual(1);
    expect(reads('memberships.sharing')).toBe(1);
    expect(reads('users.lastSeen')).toBe(1);
    // A page, and its replies, of a channel are in one partition: these are read one by one.
    expect(reads('events.messages')).toBe(CHANNELS);
    expect(reads('events.messagesById')).toBe(CHANNELS);
    expect(reads('memberships.ofChannel')).toBe(CHANNELS);
  });

  it('reads the same thing once', async () => {
    await parts.run(
      ada,
      '{ a: viewer { id channels(first: 1) { edges { node { id } } } } b: viewer { handle channels(first: 2) { edges { node { id } } } } }',
    );
    expect(reads('users.byIds')).toBeLessThanOrEqual(1);
    expect(reads('memberships.ofUser')).toBe(1);
  });

  // What was read below the first root field was shown below the second, which had changed it.
  it('of mutations reads anew below each', async () => {
    const channelId = await parts.createGroup(ada, []);
    const { id } = await parts.send(ada, channelId, 'one');
    const { first, second } = await parts.run(
      ada,
      `mutation ($channelId: ID!, $id: ID!) {
        first: sendMessage(input: { channelId: $channelId, text: "two", nonce: "2", replyTo: $id }) {
          message { replyTo { text } sender { channels(first: 1) { edges { node { head } } } } }
        }
        editMessage(input: { messageId: $id, text: "changed" }) { message { text } }
        second: sendMessage(input: { channelId: $channelId, text: "three", nonce: "3", replyTo: $id }) {
          message { replyTo { text } sender { channels(first: 1) { edges { node { head } } } } }
        }
      }`,
      { channelId, id },
    );
    expect([first.message.replyTo.text, second.message.replyTo.text]).toEqual(['one', 'changed']);
    const headOf = ({ message }: typeof first) => message.sender.channels.edges[0].node.head;
    expect([headOf(first), headOf(second)]).toEqual([2, 4]);
  });

  it('forgets with each event of a subscription', async () => {
    const channelId = await parts.createGroup(ada, []);
    const source = `subscription ($id: ID!) { channel(id: $id, after: 0) { sequence channel { head } } }`;
    const { stream, take } = await parts.listen(ada, source, { id: channelId });
    for (const text of ['one', 'two']) {
      await parts.send(ada, channelId, text);
      const [event] = await take(1);
      expect(event?.data.channel).toEqual({
        sequence: text === 'one' ? 1 : 2,
        channel: { head: text === 'one' ? 1 : 2 },
      });
    }
    await stream.return?.();
  });
});
