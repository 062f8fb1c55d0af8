import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { type Member, Parts } from './parts.ts';

interface Changed {
  readonly user: { readonly id: string };
  readonly presence: { readonly status: string; readonly lastSeenAt: string | null };
}

/** The least that there is. */
const TTL_SECONDS = 5;
/** What it may show late. */
const LATE_MS = 5_000;
const WITHIN_MS = TTL_SECONDS * 1_000 + LATE_MS;
const PRESENCE = 'query ($id: ID!) { node(id: $id) { ... on User { presence { status lastSeenAt } } } }';
const ON_PRESENCE =
  'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { at user { id } presence { status lastSeenAt } } }';
const UNKNOWN = { status: 'OFFLINE', lastSeenAt: null };

let node: Node;
let handles = 0;

beforeAll(async () => {
  node = await startNode({ env: { PRESENCE_TTL: `${TTL_SECONDS}s` } });
});
afterAll(() => node[Symbol.asyncDispose]());

const person = () => signUp(node.url, `person-${handles++}`);
const presenceOf = async (by: Person, { id }: Person) =>
  (await run<{ node: { presence: Changed['presence'] } }>(node.url, by.token, PRESENCE, { id })).node.presence;
const heartbeat = ({ token }: Person) => run(node.url, token, 'mutation { heartbeat { status lastSeenAt } }');

describe('presence', () => {
  it.concurrent('is ONLINE while a socket is open, and OFFLINE with a time after the TTL', async () => {
    const [ada, bob] = [await person(), await person()];
    await createGroup(node.url, ada, [bob]);
    expect(await presenceOf(ada, bob)).toEqual(UNKNOWN);
    const socket = await TestSocket.connect(node.wsUrl, bob.token);
    await until('bob to be online', async () => (await presenceOf(ada, bob)).status === 'ONLINE');
    // A socket keeps its user online by itself for longer than the TTL.
    await new Promise((resolve) => setTimeout(resolve, 1.2 * TTL_SECONDS * 1_000));
    expect(await presenceOf(ada, bob)).toEqual({ status: 'ONLINE', lastSeenAt: expect.any(String) });
    const closedAt = Date.now();
    socket.webSocket.close();
    const { lastSeenAt } = await until(
      'bob to be offline',
      async () => {
        const presence = await presenceOf(ada, bob);
        return presence.status === 'OFFLINE' && presence;
      },
      WITHIN_MS,
    );
    expect(Math.abs(Date.parse(lastSeenAt ?? '') - closedAt)).toBeLessThan(TTL_SECONDS * 1_000 + 500);
  });

  it.concurrent('is kept by heartbeats of who has no socket', async () => {
    const [ada, bob] = [await person(), await person()];
    await createGroup(node.url, ada, [bob]);
    expect(await heartbeat(bob)).toMatchObject({ heartbeat: { status: 'ONLINE', lastSeenAt: expect.any(String) } });
    expect(await presenceOf(ada, bob)).toMatchObject({ status: 'ONLINE' });
    await until('bob to be offline', async () => (await presenceOf(ada, bob)).status === 'OFFLINE', WITHIN_MS);
  });

  it.concurrent('is hidden from who shares no channel, and again after the last one is left', async () => {
    const [ada, bob, eve] = [await person(), await person(), await person()];
    await using _socket = await TestSocket.connect(node.wsUrl, bob.token);
    const channelId = await createGroup(node.url, ada, [bob]);
    await until('bob to be online', async () => (await presenceOf(ada, bob)).status === 'ONLINE');
    expect(await presenceOf(bob, bob)).toMatchObject({ status: 'ONLINE' });
    expect(await presenceOf(eve, bob)).toEqual(UNKNOWN);
    await change('leaveChannel', { url: node.url, by: ada, input: { channelId } });
    expect(await presenceOf(ada, bob)).toEqual(UNKNOWN);
  });
});

describe('a presence subscription', () => {
  it.concurrent('tells the present state of each at once, then every change, and nothing of strangers', async () => {
    const [ada, bob, eve] = [await person(), await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    await using stranger = await TestSocket.connect(node.wsUrl, eve.token);
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.subscribe('1', ON_PRESENCE, { userIds: [ada.id, bob.id, bob.id, eve.id, 'x', `usr_${'A'.repeat(22)}`] });
    const changes = () => socket.results<Changed>('1', 'presence');
    const of = ({ id }: Person) => changes().flatMap(({ user, presence }) => (user.id === id ? presence.status : []));
    await until('each to be told', () => changes().length >= 3);
    expect([of(ada), of(bob), of(eve)]).toEqual([['ONLINE'], ['OFFLINE'], ['OFFLINE']]);

    const bobs = await TestSocket.connect(node.wsUrl, bob.token);
    await until('bob to come', () => of(bob).at(-1) === 'ONLINE');
    bobs.webSocket.close();
    await until('bob to go', () => of(bob).at(-1) === 'OFFLINE', WITHIN_MS);
    expect(of(bob)).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
    expect(of(eve)).toEqual(['OFFLINE']);

    // What changes after the last shared channel is left is not told.
    await change('removeMember', { url: node.url, by: ada, input: { channelId, userId: bob.id } });
    await using again = await TestSocket.connect(node.wsUrl, bob.token);
    await again.frame('connection_ack');
    const told = changes().length;
    await stranger.frame('connection_ack');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(changes().slice(told)).toEqual([]);
    expect(of(bob)).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
  });

  // It told ONLINE until the next change, and that as it happened: to who was removed, and of who was.
  it.concurrent('says OFFLINE of whom no channel is shared with any more, and ONLINE again', async () => {
    const [ada, bob, eve] = [await person(), await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob, eve]);
    await using bobs = await TestSocket.connect(node.wsUrl, bob.token);
    await using eves = await TestSocket.connect(node.wsUrl, eve.token);
    const last = (socket: TestSocket) => socket.results<Changed>('1', 'presence').at(-1)?.presence;
    bobs.subscribe('1', ON_PRESENCE, { userIds: [eve.id] });
    eves.subscribe('1', ON_PRESENCE, { userIds: [bob.id] });
    await until('both to be online', () => [bobs, eves].every((socket) => last(socket)?.status === 'ONLINE'));
    await change('removeMember', { url: node.url, by: ada, input: { channelId, userId: eve.id } });
    await until('both to be hidden', () => [bobs, eves].every((socket) => last(socket)?.status === 'OFFLINE'));
    expect([last(bobs), last(eves)]).toEqual([UNKNOWN, UNKNOWN]);
    await change('addMembers', { url: node.url, by: ada, input: { channelId, userIds: [eve.id] } });
    await until('both to see one another', () => [bobs, eves].every((socket) => last(socket)?.status === 'ONLINE'));
  });

  // Only who joined looked again: to those in it already they stayed OFFLINE, until they next went and came back.
  it.concurrent('says ONLINE of who is added, to who is there already, as long as they are', async () => {
    const [ada, bob, eve, mia] = [await person(), await person(), await person(), await person()];
    const channelId = await createGroup(node.url, ada, [bob]);
    await using watchers = new AsyncDisposableStack();
    const watch = async (by: Person, users: readonly Person[]) => {
      const socket = watchers.use(await TestSocket.connect(node.wsUrl, by.token));
      socket.subscribe('1', ON_PRESENCE, { userIds: users.map(({ id }) => id) });
      const changes = () => socket.results<Changed>('1', 'presence');
      await until('each to be told', () => changes().length >= users.length);
      return ({ id }: Person) => changes().flatMap(({ user, presence }) => (user.id === id ? presence.status : []));
    };
    await using _eves = await TestSocket.connect(node.wsUrl, eve.token);
    await using _mias = await TestSocket.connect(node.wsUrl, mia.token);
    const there = [await watch(ada, [eve, mia]), await watch(bob, [eve, mia])];
    const all = [...there, await watch(eve, [mia])];
    const shown = (of: Person, expected: string) => () => there.every((seen) => seen(of).at(-1) === expected);
    await change('addMembers', { url: node.url, by: ada, input: { channelId, userIds: [eve.id] } });
    await until('eve to be shown', shown(eve, 'ONLINE'));
    await change('removeMember', { url: node.url, by: ada, input: { channelId, userId: eve.id } });
    await until('eve to be hidden', shown(eve, 'OFFLINE'));
    await change('addMembers', { url: node.url, by: ada, input: { channelId, userIds: [eve.id, bob.id, mia.id] } });
    await until('eve to be shown again', shown(eve, 'ONLINE'));
    await until('mia to be shown to each', () => all.every((seen) => seen(mia).at(-1) === 'ONLINE'));
    expect(there.map((seen) => [seen(eve), seen(mia)])).toEqual([
      [
        ['OFFLINE', 'ONLINE', 'OFFLINE', 'ONLINE'],
        ['OFFLINE', 'ONLINE'],
      ],
      [
        ['OFFLINE', 'ONLINE', 'OFFLINE', 'ONLINE'],
        ['OFFLINE', 'ONLINE'],
      ],
    ]);
  });

  it.concurrent('looks only at whom it watches of those who are added, and at nobody for a message', async () => {
    await using parts = await Parts.start();
    const [ada, bob, eve, mia] = (await parts.signUpAll('ada', 'bob', 'eve', 'mia')) as [
      Member,
      Member,
      Member,
      Member,
    ];
    const channelId = await parts.createGroup(ada, []);
    for (const { viewer } of [bob, eve, mia]) parts.services.presence.connected(viewer.userId);
    const { stream, take } = await parts.listen(ada, ON_PRESENCE, { userIds: [bob.id, eve.id] });
    await take(2);
    const looks = () => parts.reads.get('memberships.sharing') ?? 0;
    const before = looks();
    await parts.send(ada, channelId, 'soon we are more');
    const input = { channelId, userIds: [mia.id, eve.id] };
    const [[told]] = await Promise.all([
      take(1),
      parts.run(ada, 'mutation ($input: AddMembersInput!) { addMembers(input: $input) { channel { id } } }', { input }),
    ]);
    expect(told?.data.presence).toMatchObject({ user: { id: eve.id }, presence: { status: 'ONLINE' } });
    expect(looks() - before).toBe(1);
    await stream.return?.();
  });
});
