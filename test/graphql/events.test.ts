import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { type Member, Parts } from './parts.ts';

const FACTS = 'id kind name delivery createdAt';
const EVENT = `__typename sequence at channel { ${FACTS} }
  ... on MessageSent { message { id sequence text sender { handle } channel { id } } }
  ... on MemberJoined { membership { role readUpTo user { handle } channel { id } } }
  ... on MemberLeft { user { handle } newOwner { handle } }
  ... on CheckpointMoved { membership { readUpTo user { handle } } }
  ... on TypingChanged { typing user { handle } }`;
const CHANNEL = `subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${EVENT} } }`;
const INBOX = `subscription ($after: [ChannelPosition!]) { inbox(after: $after) { ${EVENT} } }`;
const ADD = 'mutation ($input: AddMembersInput!) { addMembers(input: $input) { channel { id } } }';
const REMOVE = 'mutation ($input: RemoveMemberInput!) { removeMember(input: $input) { channel { id } } }';
const INNER = [
  'head',
  'unread',
  'membership { role }',
  'members { totalCount }',
  'messages { pageInfo { endCursor } }',
  'message(sequence: 1) { id }',
];

let parts: Parts;
let ada: Member;
let bob: Member;
let eve: Member;
beforeAll(async () => {
  parts = await Parts.start();
  [ada, bob, eve] = (await parts.signUpAll('ada', 'bob', 'eve')) as [Member, Member, Member];
});
afterAll(async () => {
  expect(parts.faults).toEqual([]);
  await parts[Symbol.asyncDispose]();
});

describe('an event', () => {
  it('of each kind shows what it is about', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const { stream, take } = await parts.listen(bob, CHANNEL, { id, after: 0 });
    await parts.send(ada, id, 'hello');
    await parts.run(ada, ADD, { input: { channelId: id, userIds: [eve.id] } });
    await parts.run(ada, 'mutation ($id: ID!) { setTyping(input: { channelId: $id, typing: true }) }', { id });
    await parts.run(ada, 'mutation ($id: ID!) { leaveChannel(input: { channelId: $id }) { channel { id } } }', { id });
    const events = (await take(4)).map(({ data, codes }) => ({ ...data.channel, codes }));
    const channel = { id, kind: 'GROUP', name: 'Tea', delivery: 'PERSIST_FIRST', createdAt: expect.any(String) };
    expect(events).toMatchObject([
      {
        __typename: 'MessageSent',
        sequence: 1,
        channel,
        codes: [],
        message: { sequence: 1, text: 'hello', sender: { handle: 'ada' }, channel: { id } },
      },
      {
        __typename: 'MemberJoined',
        sequence: 2,
        codes: [],
        membership: { role: 'MEMBER', readUpTo: 2, user: { handle: 'eve' } },
      },
      { __typename: 'TypingChanged', sequence: null, codes: [], typing: true, user: { handle: 'ada' } },
      { __typename: 'MemberLeft', sequence: 3, codes: [], user: { handle: 'ada' }, newOwner: { handle: 'bob' } },
    ]);
    await stream.return?.();
  });

  it('of an EPHEMERAL channel is a MessageSent without a sequence', async () => {
    const id = await parts.createGroup(ada, [bob], 'EPHEMERAL');
    const { stream, take } = await parts.listen(bob, CHANNEL, { id });
    const sent = await parts.send(ada, id, 'now');
    const [event] = await take(1);
    expect(event?.data.channel).toMatchObject({
      __typename: 'MessageSent',
      sequence: null,
      message: { id: sent.id, sequence: null, text: 'now' },
    });
    expect(await parts.run(bob, 'query ($id: ID!) { node(id: $id) { id } }', { id: sent.id })).toEqual({ node: null });
    await stream.return?.();
  });

  it("moves a checkpoint on the viewer's other devices", async () => {
    const id = await parts.createGroup(ada, [bob]);
    await parts.send(ada, id, 'one');
    const phone: Member = { id: bob.id, viewer: { ...bob.viewer, sessionId: 'ses_phone' as never } };
    const { stream, take } = await parts.listen(phone, CHANNEL, { id });
    const mark = `mutation ($id: ID!) { markRead(input: { channelId: $id, upTo: 1 }) { membership { readUpTo channel { unread } } } }`;
    expect((await parts.run(bob, mark, { id })).markRead.membership).toEqual({ readUpTo: 1, channel: { unread: 0 } });
    const [event] = await take(1);
    expect(event?.data.channel).toMatchObject({
      __typename: 'CheckpointMoved',
      membership: { readUpTo: 1, user: { handle: 'bob' } },
    });
    await stream.return?.();
  });

  it('names the channel that the viewer was removed from, and nothing that only members see', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const { take } = await parts.listen(bob, CHANNEL, { id, after: 0 });
    await parts.run(ada, REMOVE, { input: { channelId: id, userId: bob.id } });
    const [event] = await take(2);
    expect(event?.codes).toEqual([]);
    expect(event?.data.channel).toMatchObject({ __typename: 'MemberLeft', channel: { id, name: 'Tea' } });
    for (const field of INNER) {
      const source = `subscription { inbox { sequence channel { ${field} } } }`;
      const again = await parts.createGroup(ada, [bob]);
      const inbox = await parts.listen(bob, source);
      await parts.run(ada, REMOVE, { input: { channelId: again, userId: bob.id } });
      const [left] = await inbox.take(1);
      expect([field, left?.codes]).toEqual([field, ['NOT_FOUND']]);
      await inbox.stream.return?.();
    }
  });
});

describe('who has left', () => {
  it.each(INNER)('reads no %s of the channel', async (field) => {
    const id = await parts.createGroup(ada, [bob]);
    await parts.send(ada, id, 'secret');
    const leave = `mutation ($id: ID!) { leaveChannel(input: { channelId: $id }) { channel { ${FACTS} ${field} } } }`;
    const { data, codes } = await parts.ask(bob, leave, { id });
    expect(codes).toEqual(['NOT_FOUND']);
    expect(JSON.stringify(data)).not.toContain('secret');
    expect(data.leaveChannel?.channel.message ?? null).toBeNull();
    expect(
      await parts.run(bob, `query ($id: ID!) { channel(id: $id) { ${field} } node(id: $id) { id } }`, { id }),
    ).toEqual({
      channel: null,
      node: null,
    });
  });

  it('is told what the channel was called', async () => {
    const id = await parts.createGroup(ada, [bob]);
    const leave = `mutation ($id: ID!) { leaveChannel(input: { channelId: $id }) { channel { ${FACTS} } } }`;
    expect((await parts.run(bob, leave, { id })).leaveChannel.channel).toMatchObject({
      id,
      kind: 'GROUP',
      name: 'Tea',
    });
  });
});

describe('a subscription', () => {
  it.each([
    ['channel', 'subscription { channel(id: "chn_AAAAAAAAAAAAAAAAAAAAAA") { at } }', 'NOT_FOUND'],
    ['channel by what is no id', 'subscription { channel(id: "nonsense") { at } }', 'NOT_FOUND'],
    ['field that does not exist', 'subscription { nothing }', 'BAD_USER_INPUT'],
  ])('to a %s ends with one error', async (_, source, code) => {
    expect(await parts.subscribe(ada, source)).toMatchObject({ codes: [code] });
  });

  it('needs a viewer', async () => {
    for (const source of ['inbox { at }', 'channel(id: "x") { at }', 'presence(userIds: []) { at }']) {
      expect(await parts.subscribe(null, `subscription { ${source} }`)).toMatchObject({ codes: ['UNAUTHENTICATED'] });
    }
  });

  it('above the head of its channel is refused', async () => {
    const id = await parts.createGroup(ada, []);
    expect(await parts.subscribe(ada, CHANNEL, { id, after: 1 })).toMatchObject({ codes: ['BAD_USER_INPUT after'] });
    expect(await parts.subscribe(ada, CHANNEL, { id, after: -1 })).toMatchObject({ codes: ['BAD_USER_INPUT after'] });
    expect(await parts.subscribe(ada, INBOX, { after: [{ channelId: id, sequence: 1 }] })).toMatchObject({
      codes: ['BAD_USER_INPUT after'],
    });
  });

  it('ignores positions in what the viewer is not in, or is no channel', async () => {
    const other = await parts.createGroup(bob, []);
    const after = [
      { channelId: other, sequence: 5 },
      { channelId: 'nonsense', sequence: 5 },
    ];
    const { stream } = await parts.listen(ada, INBOX, { after });
    await stream.return?.();
  });

  it('to presence tells of each known user once, and takes 100', async () => {
    await parts.createGroup(ada, [bob]);
    const source = `subscription ($ids: [ID!]!) { presence(userIds: $ids) { user { handle } presence { status lastSeenAt } } }`;
    const ids = [bob.id, bob.id, 'nonsense', newUserId()];
    const { stream, take } = await parts.listen(ada, source, { ids });
    const [first] = await take(1);
    expect(first?.data.presence).toMatchObject({ user: { handle: 'bob' }, presence: { status: 'OFFLINE' } });
    await parts.run(bob, 'mutation { heartbeat { status } }');
    const [second] = await take(1);
    expect(second?.data.presence).toMatchObject({ user: { handle: 'bob' }, presence: { status: 'ONLINE' } });
    await stream.return?.();
    const many = (count: number) => Array.from({ length: count }, () => newUserId());
    expect(await parts.subscribe(ada, source, { ids: many(101) })).toMatchObject({ codes: ['BAD_USER_INPUT userIds'] });
    const hundred = await parts.listen(ada, source, { ids: many(100) });
    await hundred.stream.return?.();
  });

  // A silent source held the return() back until its next event.
  it('ends at once while it waits', async () => {
    const { stream } = await parts.listen(ada, INBOX);
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toMatchObject({ done: true });
  });
});

describe('an id that can be none', () => {
  const input = (more: string) => `(input: { ${more} })`;
  it.each([
    ['{ node(id: "nonsense") { id } }', null, []],
    ['{ channel(id: "usr_1") { id } }', null, []],
    ['{ user(handle: "?") { id } }', null, []],
    [`mutation { openDirectChannel${input('userId: "x"')} { channel { id } } }`, null, ['NOT_FOUND userId']],
    [
      `mutation { createGroup${input('name: "x", memberIds: ["x"]')} { channel { id } } }`,
      null,
      ['NOT_FOUND memberIds'],
    ],
    [`mutation { addMembers${input('channelId: "x", userIds: []')} { channel { id } } }`, null, ['NOT_FOUND']],
    [`mutation { leaveChannel${input('channelId: "x"')} { channel { id } } }`, null, ['NOT_FOUND']],
    [`mutation { editMessage${input('messageId: "x", text: "x"')} { message { id } } }`, null, ['NOT_FOUND']],
    [`mutation { deleteMessage${input('messageId: "x"')} { message { id } } }`, null, ['NOT_FOUND']],
    [
      `mutation { sendMessage${input('channelId: "x", text: "x", nonce: "x"')} { message { id } } }`,
      null,
      ['NOT_FOUND'],
    ],
    [`mutation { markRead${input('channelId: "x", upTo: 1')} { membership { role } } }`, null, ['NOT_FOUND']],
  ])('is one of nothing: %s', async (source, value, codes) => {
    const { data, codes: given } = await parts.ask(ada, source);
    expect(Object.values(data)).toEqual([value]);
    expect(given).toEqual(codes);
  });
});

describe('updates', () => {
  const source = `query ($after: [ChannelPosition!]!, $wait: Int! = 0, $first: Int! = 100) { updates(after: $after, wait: $wait, first: $first) { more events { ${EVENT} } } }`;
  it.each([
    [{ wait: -1 }, ['BAD_USER_INPUT wait']],
    [{ wait: 31 }, ['BAD_USER_INPUT wait']],
    [{ first: 0 }, ['BAD_USER_INPUT first']],
    [{ first: 501 }, ['BAD_USER_INPUT first']],
    [{ first: null }, ['BAD_USER_INPUT first']],
  ])('with %o end with %o', async (variables, codes) => {
    expect((await parts.ask(eve, source, { after: [], ...variables })).codes).toEqual(codes);
  });

  it('bring what came after the positions, and say where there is more', async () => {
    const mallory = await parts.signUp('mallory');
    const id = await parts.createGroup(mallory, []);
    for (const text of ['one', 'two', 'three']) await parts.send(mallory, id, text);
    const at = (sequence: number) => ({ after: [{ channelId: id, sequence }] });
    const texts = ({ updates }: { updates: { events: { message: { text: string } }[] } }) =>
      updates.events.map(({ message }) => message.text);
    expect(texts(await parts.run(mallory, source, at(0)))).toEqual(['one', 'two', 'three']);
    const some = await parts.run(mallory, source, { ...at(0), first: 2 });
    expect([texts(some), some.updates.more]).toEqual([['one', 'two'], true]);
    const none = await parts.run(mallory, source, at(3));
    expect(none.updates).toEqual({ events: [], more: false });
    const waiting = parts.run(mallory, source, { ...at(3), wait: 10 });
    await parts.send(mallory, id, 'four');
    expect(texts(await waiting)).toEqual(['four']);
  });
});

describe('an answer to who has just signed in', () => {
  it('is read as that user, whatever token came with it', async () => {
    await parts.createGroup(bob, []);
    const source = `mutation { logIn(input: { handle: "bob", password: "correct horse battery" }) {
      viewer { handle presence { status } channels(first: 1) { edges { node { membership { user { handle } } } } } } endpoint { node }
    } }`;
    for (const member of [null, ada]) {
      const { viewer, endpoint } = (await parts.run(member, source)).logIn;
      expect(viewer.channels.edges[0].node.membership.user.handle).toBe('bob');
      expect(endpoint).toEqual({ node: 'test' });
    }
    const both = `mutation { logIn(input: { handle: "bob", password: "correct horse battery" }) { viewer { handle } } createGroup(input: { name: "x", memberIds: [] }) { channel { membership { user { handle } } } } }`;
    // The token is still what the other fields of the operation go by.
    expect((await parts.run(ada, both)).createGroup.channel.membership.user.handle).toBe('ada');
    expect((await parts.ask(null, both)).codes).toEqual(['UNAUTHENTICATED']);
  });
});

describe('an import', () => {
  const source =
    'mutation ($input: ImportMessagesInput!) { importMessages(input: $input) { imported repeated skipped { line reason } } }';
  const line = (number: number, more: Record<string, unknown> = {}) => ({
    line: number,
    at: '2014-01-02T18:15:31Z',
    channel: 'general',
    author: 'grace',
    text: `line ${number}`,
    ...more,
  });

  it('adds each line once, with its own time', async () => {
    const unfit = [line(3, { text: ' ' }), line(4, { text: '\u200b' }), line(5, { channel: 'gen\u202elare' })];
    const input = { importToken: 'an import token', file: 'log', lines: [line(1), line(2), ...unfit] };
    const skipped = [
      { line: 3, reason: 'the text is blank' },
      { line: 4, reason: 'the text is blank' },
      { line: 5, reason: 'the channel has no fitting name' },
    ];
    expect((await parts.run(eve, source, { input })).importMessages).toEqual({ imported: 2, repeated: 0, skipped });
    expect((await parts.run(eve, source, { input })).importMessages).toEqual({ imported: 0, repeated: 2, skipped });
    const list =
      '{ viewer { channels(first: 20) { edges { node { name messages { edges { node { text createdAt sender { handle } } } } } } } } }';
    const channels = (await parts.run(eve, list)).viewer.channels.edges;
    const general = channels.find(({ node }: { node: { name: string } }) => node.name === 'general').node;
    expect(general.messages.edges.map(({ node }: { node: unknown }) => node)).toEqual([
      { text: 'line 1', createdAt: '2014-01-02T18:15:31.000Z', sender: { handle: 'grace' } },
      { text: 'line 2', createdAt: '2014-01-02T18:15:31.000Z', sender: { handle: 'grace' } },
    ]);
  });

  it('needs the token, and a time that is one', async () => {
    const wrong = { importToken: 'another token', file: 'log', lines: [line(1)] };
    expect((await parts.ask(eve, source, { input: wrong })).codes).toEqual(['FORBIDDEN']);
    const input = { importToken: 'an import token', file: 'log', lines: [line(1, { at: 'yesterday' })] };
    expect((await parts.ask(eve, source, { input })).codes).toEqual(['BAD_USER_INPUT at']);
  });
});
