import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, type Mutation } from '../support/change.ts';
import { ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

const MISSING_CHANNEL = `chn_${'A'.repeat(22)}`;
const MISSING_MESSAGE = `msg_${'A'.repeat(44)}`;
const MALFORMED = ['', 'x', 'chn_', `chn_${'A'.repeat(23)}`, `msg_${'A'.repeat(43)}`, `usr_${'A'.repeat(22)}`, '💬'];

let node: Node;
let ada: Person;
/** Knows every id, and is a member of nothing. */
let eve: Person;
let group: string;
let direct: string;
let ephemeral: string;
/** Eve was there, and has been removed. */
let left: string;
let messages: ReadonlyMap<string, string>;

beforeAll(async () => {
  node = await startNode();
  const [one, bob, other] = (await signUpAll(node.url, ['ada', 'bob', 'eve'])) as [Person, Person, Person];
  [ada, eve] = [one, other];
  const given = { url: node.url, by: ada };
  group = await createGroup(node.url, ada, [bob]);
  ephemeral = await createGroup(node.url, ada, [bob], 'EPHEMERAL');
  left = await createGroup(node.url, ada, [eve]);
  const opened = await change<{ channel: { id: string } }>('openDirectChannel', {
    ...given,
    input: { userId: bob.id },
  });
  direct = opened.channel.id;
  const sent = [group, direct, left].map(async (id) => [id, (await send(node.url, ada, id, 'secret')).id] as const);
  messages = new Map(await Promise.all(sent));
  await change('removeMember', { ...given, input: { channelId: left, userId: eve.id } });
});
afterAll(() => node[Symbol.asyncDispose]());

const hidden = () => [group, direct, ephemeral, left];

/** Everything that eve is told, without where in the document it happened. */
async function told(query: string, variables: Record<string, unknown>): Promise<unknown> {
  const { status, data, errors } = await ask(node.url, eve.token, query, variables);
  return { status, data, errors: errors?.map(({ message, extensions }) => ({ message, extensions })) };
}

describe('a channel that the viewer is not a member of is answered as one that does not exist', () => {
  it.each([
    'query ($id: ID!) { channel(id: $id) { id kind name head unread membership { role } } }',
    'query ($id: ID!) { node(id: $id) { id __typename } }',
    'query ($id: ID!) { updates(after: [{ channelId: $id, sequence: 0 }]) { more events { sequence } } }',
    'query ($id: ID!) { updates(after: [{ channelId: $id, sequence: 1000 }]) { more events { sequence } } }',
    'query ($id: ID!) { updates(after: [{ channelId: $id, sequence: -1 }]) { more events { sequence } } }',
  ])('%s', async (query) => {
    const missing = await told(query, { id: MISSING_CHANNEL });
    for (const id of hidden()) expect(await told(query, { id })).toEqual(missing);
    for (const id of MALFORMED.filter((malformed) => !malformed.startsWith('usr_'))) {
      expect(await told(query, { id })).toEqual(missing);
    }
  });

  it.each<[Mutation, (id: string) => Record<string, unknown>]>([
    ['sendMessage', (channelId) => ({ channelId, text: 'x', nonce: 'n' })],
    ['sendMessage', (channelId) => ({ channelId, text: 'x', nonce: 'n', replyTo: messages.get(channelId) })],
    ['sendMessage', (channelId) => ({ channelId, text: ' ', nonce: 'n' })],
    ['addMembers', (channelId) => ({ channelId, userIds: [ada.id] })],
    ['addMembers', (channelId) => ({ channelId, userIds: [eve.id] })],
    ['addMembers', (channelId) => ({ channelId, userIds: [] })],
    ['removeMember', (channelId) => ({ channelId, userId: ada.id })],
    ['removeMember', (channelId) => ({ channelId, userId: eve.id })],
    ['leaveChannel', (channelId) => ({ channelId })],
    ['markRead', (channelId) => ({ channelId, upTo: 0 })],
    ['markRead', (channelId) => ({ channelId, upTo: 1000 })],
    ['markRead', (channelId) => ({ channelId, upTo: -1 })],
    ['setTyping', (channelId) => ({ channelId, typing: true })],
  ])('%s', async (mutation, input) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`;
    const selection = mutation === 'setTyping' ? '' : '{ __typename }';
    const query = `mutation ($input: ${type}) { ${mutation}(input: $input) ${selection} }`;
    const missing = await told(query, { input: input(MISSING_CHANNEL) });
    expect(missing).toMatchObject({ data: { [mutation]: null }, errors: [{}] });
    for (const id of hidden()) {
      const { replyTo: _, ...plain } = input(id);
      const given = mutation === 'sendMessage' && 'replyTo' in input(id) && !messages.has(id) ? plain : input(id);
      expect(await told(query, { input: given })).toEqual(missing);
    }
    // Of two faults either may be told first where no channel can have the id.
    if (!JSON.stringify(missing).includes('NOT_FOUND')) return;
    for (const id of MALFORMED) expect(await told(query, { input: input(id) })).toEqual(missing);
  });

  it('by a channel subscription', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, eve.token);
    const answers: unknown[] = [];
    const ids = [MISSING_CHANNEL, ...hidden(), ...MALFORMED];
    for (const after of [null, 0, 1000, -1]) {
      for (const [index, id] of ids.entries()) {
        const operation = `${after} ${index}`;
        const query = 'subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { sequence } }';
        socket.subscribe(operation, query, { id, after });
        await socket.frame('complete', operation);
        answers.push(socket.frames.find((frame) => frame.id === operation)?.payload);
      }
    }
    expect(answers[0]).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  });

  it('by an inbox, which shows nothing of it', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, eve.token);
    const after = [...hidden(), MISSING_CHANNEL, ...MALFORMED].map((channelId) => ({ channelId, sequence: 0 }));
    const query = 'subscription ($after: [ChannelPosition!]) { inbox(after: $after) { sequence channel { id } } }';
    socket.subscribe('1', query, { after });
    const own = await createGroup(node.url, eve, []);
    await send(node.url, ada, group, 'still secret');
    await send(node.url, ada, left, 'still secret');
    await send(node.url, eve, own, 'hello');
    await socket.frame('next', '1');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const seen = socket.results<{ channel: { id: string } }>('1', 'inbox').map(({ channel }) => channel.id);
    expect(new Set(seen)).toEqual(new Set([own]));
  });
});

describe('a message that the viewer may not read is answered as one that does not exist', () => {
  it.each([
    'query ($id: ID!) { node(id: $id) { id } }',
    'mutation ($id: ID!) { editMessage(input: { messageId: $id, text: "x" }) { message { id } } }',
    'mutation ($id: ID!) { deleteMessage(input: { messageId: $id }) { message { id } } }',
  ])('%s', async (query) => {
    const missing = await told(query, { id: MISSING_MESSAGE });
    for (const id of messages.values()) expect(await told(query, { id })).toEqual(missing);
    for (const id of MALFORMED.filter((malformed) => !malformed.startsWith('usr_'))) {
      expect(await told(query, { id })).toEqual(missing);
    }
  });

  it('also as what is replied to', async () => {
    const own = await createGroup(node.url, eve, []);
    const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
    const reply = (replyTo: string) => told(query, { input: { channelId: own, text: 'x', nonce: 'n', replyTo } });
    const missing = await reply(MISSING_MESSAGE);
    expect(missing).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT', field: 'replyTo' } }] });
    for (const id of [...messages.values(), ...MALFORMED]) expect(await reply(id)).toEqual(missing);
  });
});

describe('another user', () => {
  it('shows no presence and no channels', async () => {
    await using _socket = await TestSocket.connect(node.wsUrl, ada.token);
    const query =
      'query ($id: ID!) { node(id: $id) { ... on User { presence { status lastSeenAt } channels { edges { cursor } } } } }';
    expect(await told(query, { id: ada.id })).toMatchObject({
      data: { node: { presence: { status: 'OFFLINE', lastSeenAt: null }, channels: { edges: [] } } },
    });
  });

  it('is not to be guessed by a part of the handle', async () => {
    const query = 'query ($handle: String!) { user(handle: $handle) { id } }';
    expect(await told(query, { handle: 'ADA' })).toMatchObject({ data: { user: { id: ada.id } } });
    for (const handle of ['ad', 'ad_', 'ada%', 'ad*', '', ' ada', 'ada '])
      expect(await told(query, { handle })).toMatchObject({ data: { user: null }, errors: undefined });
  });
});

describe('who has left', () => {
  it('is told what never changes about the channel, and nothing else', async () => {
    const channelId = await createGroup(node.url, ada, [eve]);
    await send(node.url, ada, channelId, 'secret');
    const inner = [
      ...['head', 'unread', 'membership { role }', 'members { totalCount }'],
      ...['messages { edges { cursor } }', 'message(sequence: 1) { text }'],
    ];
    for (const field of inner) {
      const query = `mutation ($id: ID!) { leaveChannel(input: { channelId: $id }) { channel { id name kind delivery createdAt ${field} } } }`;
      const answer = await told(query, { id: channelId });
      expect(answer).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
      expect(JSON.stringify(answer)).not.toContain('secret');
      await change('addMembers', { url: node.url, by: ada, input: { channelId, userIds: [eve.id] } });
    }
  });
});
