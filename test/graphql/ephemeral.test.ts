import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

let node: Node;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  node = await startNode();
  [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
});
afterAll(() => node[Symbol.asyncDispose]());

/** Sends until a message has arrived: the subscriptions are live from then on. */
async function live(channelId: string, ...listeners: readonly Listener[]): Promise<void> {
  let probes = 0;
  await until('the subscriptions to be live', async () => {
    await send(node.url, ada, channelId, `probe ${probes++}`);
    return listeners.every(({ events }) => events.length > 0);
  });
}

const textsOf = ({ events }: Listener) =>
  events.flatMap(({ message }) => (message === undefined || message.text.startsWith('probe') ? [] : message.text));

describe('an EPHEMERAL message', () => {
  it('has no sequence; a retry has the same id, and readers see it once', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    await using channel = await Listener.channel(node, bob, channelId);
    await using inbox = await Listener.inbox(node, bob);
    await live(channelId, channel, inbox);
    const first = await send(node.url, ada, channelId, 'hello', 'n');
    expect(first).toMatchObject({ sequence: null, text: 'hello' });
    expect(await send(node.url, ada, channelId, 'hello', 'n')).toEqual(first);
    await send(node.url, ada, channelId, 'last');
    for (const listener of [channel, inbox]) {
      const last = await listener.event('the last', ({ message }) => message?.text === 'last');
      expect(last).toMatchObject({ __typename: 'MessageSent', sequence: null });
      expect(textsOf(listener)).toEqual(['hello', 'last']);
    }
  });

  it('is acknowledged, and not shown to who has seen the first, where another text has its nonce', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    await using channel = await Listener.channel(node, bob, channelId);
    await live(channelId, channel);
    const { id } = await send(node.url, ada, channelId, 'hello', 'n');
    expect(await send(node.url, ada, channelId, 'another', 'n')).toMatchObject({ id });
    await send(node.url, ada, channelId, 'last');
    await channel.event('the last', ({ message }) => message?.text === 'last');
    expect(textsOf(channel)).toEqual(['hello', 'last']);
  });

  it('is pushed again by a retry, for who came in between', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    const { id } = await send(node.url, ada, channelId, 'hello', 'n');
    await using late = await Listener.channel(node, bob, channelId);
    await until('it to arrive', async () => {
      await send(node.url, ada, channelId, 'hello', 'n');
      return late.events.length > 0;
    });
    expect(late.events).toMatchObject([{ message: { id, text: 'hello' } }]);
  });

  it('is kept nowhere and counts nowhere', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    const { id } = await send(node.url, ada, channelId, 'hello');
    const QUERY = `query ($id: ID!, $message: ID!) { node(id: $message) { id } channel(id: $id) {
      head unread message(sequence: 1) { id } messages { edges { cursor } }
    } }`;
    expect(await run(node.url, bob.token, QUERY, { id: channelId, message: id })).toEqual({
      node: null,
      channel: { head: 0, unread: 0, message: null, messages: { edges: [] } },
    });
    const own = { url: node.url, by: ada };
    expect(await refusalCode('editMessage', { ...own, input: { messageId: id, text: 'x' } })).toMatch(/^NOT_FOUND/);
    expect(await refusalCode('deleteMessage', { ...own, input: { messageId: id } })).toMatch(/^NOT_FOUND/);
    const reply = { channelId, text: 'x', nonce: 'reply', replyTo: id };
    expect(await refusalCode('sendMessage', { ...own, input: reply })).toBe('BAD_USER_INPUT replyTo');
  });

  it('is checked like any other', async () => {
    const channelId = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
    const sent = (input: object) =>
      refusalCode('sendMessage', { url: node.url, by: ada, input: { channelId, text: 'x', nonce: 'n', ...input } });
    expect(await sent({ text: ' ' })).toBe('BAD_USER_INPUT text');
    expect(await sent({ nonce: '' })).toBe('BAD_USER_INPUT nonce');
  });
});

describe('typing', () => {
  const setTyping = (by: Person, channelId: string, typing: boolean) =>
    change('setTyping', { url: node.url, by, input: { channelId, typing } });
  const typingOf = ({ events }: Listener) =>
    events.flatMap(({ __typename, user, typing }) => (__typename === 'TypingChanged' ? [[user?.id, typing]] : []));

  it('is told to the others only, and ends when it is said, by a message, and by itself', {
    timeout: 15_000,
  }, async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await send(node.url, ada, channelId, 'first');
    await using own = await Listener.channel(node, ada, channelId, 0);
    await using other = await Listener.inbox(node, bob, [{ channelId, sequence: 0 }]);
    await Promise.all([own.first(1), other.first(1)]);

    await setTyping(ada, channelId, true);
    await setTyping(ada, channelId, true);
    await setTyping(ada, channelId, false);
    await until('both to be told', () => typingOf(other).length >= 2);
    expect(typingOf(other)).toEqual([
      [ada.id, true],
      [ada.id, false],
    ]);
    await setTyping(ada, channelId, true);
    await send(node.url, ada, channelId, 'second');
    await until('the message to end it', () => typingOf(other).length >= 4);
    await setTyping(ada, channelId, true);
    const saidAt = performance.now();
    await until('it to end by itself', () => typingOf(other).length >= 6);
    const lastedMs = performance.now() - saidAt;
    expect(lastedMs).toBeGreaterThan(5_500);
    expect(lastedMs).toBeLessThan(7_500);
    expect(typingOf(other).map(([, typing]) => typing)).toEqual([true, false, true, false, true, false]);
    await send(node.url, ada, channelId, 'third');
    await own.event('the third message', ({ message }) => message?.text === 'third');
    expect(typingOf(own)).toEqual([]);
  });
});
