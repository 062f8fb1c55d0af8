import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, refusalCode } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, type Sent, send, signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

interface Payload {
  readonly message: Sent & { readonly editedAt?: string | null; readonly deletedAt?: string | null };
}

const HISTORY = `query ($id: ID!, $sequence: Int!) { channel(id: $id) {
  head message(sequence: $sequence) { text deletedAt } messages { edges { node { id text replyTo { id text } } } }
} }`;

let node: Node;
let ada: Person;
let bob: Person;

beforeAll(async () => {
  node = await startNode();
  [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
});
afterAll(() => node[Symbol.asyncDispose]());

const group = (delivery?: 'PERSIST_FIRST' | 'PUSH_FIRST') => createGroup(node.url, ada, [bob], delivery);
const edit = async (by: Person, messageId: string, text: string) =>
  (await change<Payload>('editMessage', { url: node.url, by, input: { messageId, text } })).message;
const remove = async (by: Person, messageId: string) =>
  (await change<Payload>('deleteMessage', { url: node.url, by, input: { messageId } })).message;
const headOf = async (id: string) =>
  (
    await run<{ channel: { head: number } }>(node.url, ada.token, `query ($id: ID!) { channel(id: $id) { head } }`, {
      id,
    })
  ).channel.head;

describe.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)('a nonce in a %s channel', (delivery) => {
  it('gives back the same message, however often and however many at once', async () => {
    const channelId = await group(delivery);
    const sent = await Promise.all([1, 2, 3, 4, 5].map(() => send(node.url, ada, channelId, 'hello', 'same')));
    expect(new Set(sent.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(sent[0]).toMatchObject({ sequence: 1, text: 'hello' });
    expect(await send(node.url, ada, channelId, 'hello', 'same')).toEqual(sent[0]);
  });

  it('is one sender’s in one channel', async () => {
    const [one, other] = [await group(delivery), await group(delivery)];
    const ids = [
      await send(node.url, ada, one, 'hello', 'n'),
      await send(node.url, bob, one, 'hello', 'n'),
      await send(node.url, ada, other, 'hello', 'n'),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });

  it('is CONFLICT with another text or reply, also after an edit and a deletion', async () => {
    const channelId = await group(delivery);
    const first = await send(node.url, ada, channelId, 'first', 'n');
    const again = (text: string, more = {}) =>
      refusalCode('sendMessage', { url: node.url, by: ada, input: { channelId, text, nonce: 'n', ...more } });
    expect(await again('second')).toBe('CONFLICT nonce');
    expect(await again('first', { replyTo: first.id })).toBe('CONFLICT nonce');
    await edit(ada, first.id, 'second');
    expect(await again('second')).toBe('CONFLICT nonce');
    expect(await send(node.url, ada, channelId, 'first', 'n')).toEqual({ ...first, text: 'second' });
    await remove(ada, first.id);
    expect(await again('second')).toBe('CONFLICT nonce');
    expect(await send(node.url, ada, channelId, 'first', 'n')).toEqual({ ...first, text: '' });
  });
});

describe('editing and deleting', () => {
  it('are for the sender alone', async () => {
    const { id: messageId } = await send(node.url, ada, await group(), 'mine');
    const given = { url: node.url, by: bob };
    expect(await refusalCode('editMessage', { ...given, input: { messageId, text: 'yours' } })).toBe('FORBIDDEN');
    expect(await refusalCode('deleteMessage', { ...given, input: { messageId } })).toBe('FORBIDDEN');
    const missing = `${messageId.slice(0, -22)}${'A'.repeat(22)}`;
    const input = { messageId: missing, text: 'x' };
    expect(await refusalCode('editMessage', { url: node.url, by: ada, input })).toBe('NOT_FOUND messageId');
  });

  it('takes one event for an edit, none for the same text or for a second deletion', async () => {
    const channelId = await group();
    const { id } = await send(node.url, ada, channelId, 'one');
    const edited = await edit(ada, id, 'two');
    expect(edited).toMatchObject({ id, sequence: 1, text: 'two', editedAt: expect.any(String) });
    expect(await headOf(channelId)).toBe(2);
    expect(await edit(ada, id, 'two')).toEqual(edited);
    expect(await headOf(channelId)).toBe(2);
    const deleted = await remove(ada, id);
    expect(deleted).toMatchObject({ id, sequence: 1, text: '', deletedAt: expect.any(String) });
    expect(await remove(ada, id)).toEqual(deleted);
    expect(await headOf(channelId)).toBe(3);
    expect(await refusalCode('editMessage', { url: node.url, by: ada, input: { messageId: id, text: 'x' } })).toBe(
      'CONFLICT messageId',
    );
  });

  it('in a PUSH_FIRST channel works at once, before the store has the message', async () => {
    const channelId = await group('PUSH_FIRST');
    const { id } = await send(node.url, ada, channelId, 'one');
    expect((await edit(ada, id, 'two')).text).toBe('two');
    expect((await remove(ada, id)).text).toBe('');
    await until('the store to have it', async () => (await headOf(channelId)) === 3);
  });
});

describe('a deleted text', () => {
  it.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)('is gone everywhere, also from the past: %s', async (delivery) => {
    const SECRET = 'the secret text';
    const channelId = await group(delivery);
    const { id, sequence } = await send(node.url, ada, channelId, SECRET);
    await edit(ada, id, `${SECRET}, edited`);
    const input = { channelId, text: 'an answer', nonce: 'a', replyTo: id };
    const reply = await change<Payload>('sendMessage', {
      url: node.url,
      by: bob,
      input,
      select: 'message { id sequence text replyTo { id text } }',
    });
    expect(reply.message).toMatchObject({ replyTo: { id, text: `${SECRET}, edited` } });
    await using live = await Listener.channel(node, bob, channelId, 0);
    await live.first(3);
    await remove(ada, id);
    await live.first(4);
    // Of a PUSH_FIRST channel it may lag by a batch.
    await until('the store to have it', async () => (await headOf(channelId)) === 4);

    await using replayed = await Listener.channel(node, bob, channelId, 0);
    const events = await replayed.first(4);
    expect(events.map(({ __typename, message }) => [__typename, message?.text])).toEqual([
      ['MessageSent', ''],
      ['MessageEdited', ''],
      ['MessageSent', 'an answer'],
      ['MessageDeleted', ''],
    ]);
    const { channel } = await run<{ channel: unknown }>(node.url, bob.token, HISTORY, { id: channelId, sequence });
    expect(channel).toEqual({
      head: 4,
      message: { text: '', deletedAt: expect.any(String) },
      messages: {
        edges: [
          { node: { id, text: '', replyTo: null } },
          { node: { id: reply.message.id, text: 'an answer', replyTo: { id, text: '' } } },
        ],
      },
    });
    expect(JSON.stringify([channel, replayed.events])).not.toContain(SECRET);
    const found = await run(node.url, bob.token, 'query ($id: ID!) { node(id: $id) { ... on Message { text } } }', {
      id,
    });
    expect(found).toEqual({ node: { text: '' } });
  });
});

describe('a reply', () => {
  it('is to a message of the same channel', async () => {
    const [here, there] = [await group(), await group()];
    const elsewhere = await send(node.url, ada, there, 'elsewhere');
    for (const replyTo of [elsewhere.id, `msg_${'A'.repeat(44)}`, 'x', '']) {
      const input = { channelId: here, text: 'text', nonce: crypto.randomUUID(), replyTo };
      expect(await refusalCode('sendMessage', { url: node.url, by: ada, input })).toBe('BAD_USER_INPUT replyTo');
    }
  });
});
