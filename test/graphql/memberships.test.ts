import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change, type Mutation, refusalCode } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';

interface Members {
  readonly totalCount: number;
  readonly edges: readonly {
    readonly cursor: string;
    readonly node: { readonly role: string; readonly user: { readonly id: string } };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean };
}

const IMPORT_TOKEN = 'an import token';
const MEMBERS = `query ($id: ID!, $first: Int, $after: String) { channel(id: $id) { members(first: $first, after: $after) {
  totalCount edges { cursor node { role user { id } } } pageInfo { hasNextPage hasPreviousPage }
} } }`;

let node: Node;
let ada: Person;
let bob: Person;
let cat: Person;
let dan: Person;
/** More than a group holds. */
let crowd: readonly string[];

beforeAll(async () => {
  node = await startNode({ env: { IMPORT_TOKEN } });
  [ada, bob, cat, dan] = (await signUpAll(node.url, ['ada', 'bob', 'cat', 'dan'])) as [Person, Person, Person, Person];
  crowd = await accounts(101);
});
afterAll(() => node[Symbol.asyncDispose]());

/** Authors of imported lines have accounts without a password to hash: a hundred of them are made at once. */
async function accounts(count: number): Promise<readonly string[]> {
  const handles = Array.from({ length: count }, (_, index) => `author-${index}`);
  const lines = handles.map((author, index) => ({
    ...{ line: index + 1, author, channel: `hall ${index % 2}` },
    ...{ at: '2020-01-01T00:00:00Z', text: 'hello' },
  }));
  const input = { importToken: IMPORT_TOKEN, file: 'crowd', lines };
  await change('importMessages', { url: node.url, by: ada, input });
  const USER = 'query ($handle: String!) { user(handle: $handle) { id } }';
  const found = handles.map((handle) => run<{ user: { id: string } }>(node.url, ada.token, USER, { handle }));
  return (await Promise.all(found)).map(({ user }) => user.id);
}

const membersOf = async (id: string, by = ada, range: { first?: number; after?: string | undefined } = {}) =>
  (await run<{ channel: { members: Members } }>(node.url, by.token, MEMBERS, { id, ...range })).channel.members;
const roles = async (id: string, by: Person) =>
  (await membersOf(id, by)).edges.map(({ node: { role, user } }) => [user.id, role]);
const codeOf = (by: Person, mutation: Mutation, input: Record<string, unknown>) =>
  refusalCode(mutation, { url: node.url, by, input });
const succeed = (by: Person, mutation: Mutation, input: Record<string, unknown>) =>
  change<{ channel: { id: string } }>(mutation, { url: node.url, by, input });

describe('a group', () => {
  it('takes 100 members, and not one more', async () => {
    const name = 'Crowd';
    expect(await codeOf(ada, 'createGroup', { name, memberIds: crowd.slice(0, 100) })).toBe('GROUP_FULL memberIds');
    // The viewer is one in any case, and nobody is one twice.
    const memberIds = [...crowd.slice(0, 99), crowd[0], ada.id];
    const { channel } = await succeed(ada, 'createGroup', { name, memberIds });
    expect((await membersOf(channel.id)).totalCount).toBe(100);
    const full = { channelId: channel.id, userIds: [crowd[99]] };
    expect(await codeOf(ada, 'addMembers', full)).toBe('GROUP_FULL userIds');
    // Those who are members already are passed over.
    await succeed(ada, 'addMembers', { channelId: channel.id, userIds: [crowd[3], crowd[3], ada.id] });
  });

  it('gives the last seat to one of those who ask for it at once', async () => {
    const { channel } = await succeed(ada, 'createGroup', { name: 'Crowd', memberIds: crowd.slice(0, 98) });
    const ask = (userId: string) =>
      succeed(ada, 'addMembers', { channelId: channel.id, userIds: [userId] }).then(
        () => 'added',
        (error: Error) => /"code":"(\w+)"/.exec(error.message)?.[1],
      );
    const answers = await Promise.all([ask(crowd[98] as string), ask(crowd[99] as string)]);
    expect(answers.sort()).toEqual(['GROUP_FULL', 'added']);
    expect((await membersOf(channel.id)).totalCount).toBe(100);
  });

  it('adds all or none', async () => {
    const { channel } = await succeed(ada, 'createGroup', { name: 'Crowd', memberIds: crowd.slice(0, 98) });
    expect(await codeOf(ada, 'addMembers', { channelId: channel.id, userIds: crowd.slice(98, 100) })).toBe(
      'GROUP_FULL userIds',
    );
    const nobody = `usr_${'A'.repeat(22)}`;
    expect(await codeOf(ada, 'addMembers', { channelId: channel.id, userIds: [crowd[98], nobody] })).toBe(
      'NOT_FOUND userIds',
    );
    expect((await membersOf(channel.id)).totalCount).toBe(99);
    expect(await codeOf(ada, 'addMembers', { channelId: channel.id, userIds: [] })).toBe('BAD_USER_INPUT userIds');
    expect(await codeOf(ada, 'addMembers', { channelId: channel.id, userIds: crowd })).toBe('GROUP_FULL userIds');
  });

  it('is the same again for the same nonce of the same user', async () => {
    const input = { name: 'Tea', memberIds: [bob.id], nonce: 'tea' };
    const made = await Promise.all([1, 2, 3].map(() => succeed(ada, 'createGroup', input)));
    expect(new Set(made.map(({ channel }) => channel.id)).size).toBe(1);
    expect(await succeed(ada, 'createGroup', input)).toEqual(made[0]);
    expect(await succeed(bob, 'createGroup', { ...input, memberIds: [] })).not.toEqual(made[0]);
    expect(await succeed(ada, 'createGroup', { ...input, nonce: null })).not.toEqual(made[0]);
  });

  it('is made of people who exist', async () => {
    for (const id of [`usr_${'A'.repeat(22)}`, 'x', '']) {
      expect(await codeOf(ada, 'createGroup', { name: 'Tea', memberIds: [id] })).toBe('NOT_FOUND memberIds');
    }
  });

  it('lists its members longest-standing first, page by page', async () => {
    const { channel } = await succeed(ada, 'createGroup', { name: 'Crowd', memberIds: crowd.slice(0, 3) });
    await succeed(ada, 'addMembers', { channelId: channel.id, userIds: [bob.id, cat.id] });
    const seen: string[] = [];
    for (let after: string | undefined, last = false; !last; ) {
      const { edges, pageInfo, totalCount } = await membersOf(channel.id, ada, { first: 4, after });
      expect(totalCount).toBe(6);
      expect(pageInfo.hasPreviousPage).toBe(after !== undefined);
      seen.push(...edges.map(({ node: { user } }) => user.id));
      after = edges.at(-1)?.cursor;
      last = !pageInfo.hasNextPage;
    }
    expect(seen).toEqual([ada.id, ...crowd.slice(0, 3), bob.id, cat.id]);
  });
});

describe('roles', () => {
  it('let any member add, and the owner alone remove', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await succeed(bob, 'addMembers', { channelId, userIds: [cat.id] });
    expect(await codeOf(bob, 'removeMember', { channelId, userId: cat.id })).toBe('FORBIDDEN');
    expect(await codeOf(bob, 'removeMember', { channelId, userId: bob.id })).toBe('FORBIDDEN');
    expect(await codeOf(ada, 'removeMember', { channelId, userId: ada.id })).toBe('BAD_USER_INPUT userId');
    expect(await codeOf(ada, 'removeMember', { channelId, userId: dan.id })).toBe('NOT_FOUND userId');
    expect(await codeOf(ada, 'removeMember', { channelId, userId: 'x' })).toBe('NOT_FOUND userId');
    await succeed(ada, 'removeMember', { channelId, userId: cat.id });
    expect(await roles(channelId, bob)).toEqual([
      [ada.id, 'OWNER'],
      [bob.id, 'MEMBER'],
    ]);
  });

  it('pass from an owner who leaves to the longest-standing member', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await succeed(ada, 'addMembers', { channelId, userIds: [cat.id] });
    // Who comes again stands last, however early the first time was.
    await succeed(bob, 'leaveChannel', { channelId });
    await succeed(cat, 'addMembers', { channelId, userIds: [bob.id] });
    await using listener = await Listener.channel(node, cat, channelId, 3);
    await succeed(ada, 'leaveChannel', { channelId });
    expect(await listener.first(1)).toMatchObject([
      { __typename: 'MemberLeft', sequence: 4, user: { id: ada.id }, newOwner: { id: cat.id } },
    ]);
    expect(await roles(channelId, bob)).toEqual([
      [cat.id, 'OWNER'],
      [bob.id, 'MEMBER'],
    ]);
    await succeed(cat, 'removeMember', { channelId, userId: bob.id });
    await succeed(cat, 'leaveChannel', { channelId });
    expect(await codeOf(cat, 'addMembers', { channelId, userIds: [ada.id] })).toBe('NOT_FOUND');
  });
});

describe('who is removed', () => {
  it('gets their own MemberLeft as the last event, on both subscriptions', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await using channel = await Listener.channel(node, bob, channelId, 0);
    await using inbox = await Listener.inbox(node, bob, [{ channelId, sequence: 0 }]);
    await send(node.url, ada, channelId, 'before');
    await Promise.all([channel.first(1), inbox.first(1)]);
    await succeed(ada, 'removeMember', { channelId, userId: bob.id });
    await send(node.url, ada, channelId, 'after');
    await channel.socket.frame('complete', '1');
    const other = await createGroup(node.url, ada, [bob]);
    await send(node.url, ada, other, 'elsewhere');
    await inbox.event('of another channel', (event) => event.channel.id === other);
    for (const { events } of [channel, inbox]) {
      const own = events.filter((event) => event.channel.id === channelId);
      expect(own.map(({ __typename, sequence }) => [__typename, sequence])).toEqual([
        ['MessageSent', 1],
        ['MemberLeft', 2],
      ]);
    }
  });

  it.each(['PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'])(
    'sends nothing any more, though a node remembers who sent a moment ago: %s',
    async (delivery) => {
      const { channel } = await succeed(ada, 'createGroup', { name: 'G', delivery, memberIds: [bob.id] });
      const message = (nonce: string) => ({ channelId: channel.id, text: 'hello', nonce });
      await succeed(bob, 'sendMessage', message('1'));
      await succeed(ada, 'removeMember', { channelId: channel.id, userId: bob.id });
      expect(await codeOf(bob, 'sendMessage', message('2'))).toBe('NOT_FOUND');
    },
  );

  it('and comes back starts at their own MemberJoined on a live inbox', async () => {
    const channelId = await createGroup(node.url, ada, [bob]);
    await using inbox = await Listener.inbox(node, bob, [{ channelId, sequence: 0 }]);
    await send(node.url, ada, channelId, 'one');
    await inbox.first(1);
    await succeed(ada, 'removeMember', { channelId, userId: bob.id });
    await send(node.url, ada, channelId, 'unseen');
    await succeed(ada, 'addMembers', { channelId, userIds: [bob.id] });
    await send(node.url, ada, channelId, 'seen');
    expect((await inbox.first(4)).map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5]);
  });
});
