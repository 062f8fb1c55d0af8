import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { change } from '../support/change.ts';
import { EventSource } from '../support/event-source.ts';
import { ask } from '../support/graphql.ts';
import { EVENT_FIELDS, type Event, Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUp, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

/*
 * Faults that the stock pieces of a GraphQL server over sockets have, each met as their users meet it. The hub, the
 * adapter and the engine stand where those pieces stood: whoever puts one back fails here.
 */

/** Of a subscriber's queue in the stock pieces: the event after so many was an error. */
const STOCK_QUEUE_EVENTS = 1_024;
/** Some 20 MB: more than the kernels hold for one connection, by more than that queue. */
const MESSAGES = 2 * STOCK_QUEUE_EVENTS + 500;
const TEXT = 'x'.repeat(7_900);
const SENDERS = 8;
const WITHIN_MS = 120_000;
const CHANNEL = `subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${EVENT_FIELDS} } }`;

async function sendMany(node: Node, senders: readonly Person[], channelId: string, count: number): Promise<void> {
  let next = 0;
  await Promise.all(
    senders.map(async (sender) => {
      while (next < count) await send(node.url, sender, channelId, `${next++} ${TEXT}`);
    }),
  );
}

/** A socket that is live in the channel, and then takes nothing more. */
async function stall(node: Node, person: Person, channelId: string): Promise<Listener> {
  const listener = await Listener.channel(node, person, channelId, 0);
  await listener.first(1);
  listener.socket.webSocket.pause();
  return listener;
}

describe('a reader that stops reading, with others in the same channel', { timeout: 240_000 }, () => {
  let node: Node;
  let people: readonly Person[];
  let channelId: string;
  const neighbours: { readonly name: string; readonly events: () => readonly Event[] }[] = [];
  const resources = new AsyncDisposableStack();

  beforeAll(async () => {
    node = resources.use(await startNode());
    people = await signUpAll(
      node.url,
      Array.from({ length: SENDERS }, (_, index) => `member-${index}`),
    );
    const [owner, sleepy, other] = people as [Person, Person, Person];
    channelId = await createGroup(node.url, owner, people.slice(1));
    await send(node.url, owner, channelId, 'first');
    // Before and after the others: whoever is told in a loop stands on both sides of it.
    resources.use(await stall(node, sleepy, channelId));
    const channel = resources.use(await Listener.channel(node, other, channelId, 0));
    const inbox = resources.use(await Listener.inbox(node, owner, [{ channelId, sequence: 0 }]));
    const variables = { id: channelId, after: 0 };
    const stream = resources.use(await EventSource.open(node.url, owner.token, CHANNEL, variables));
    neighbours.push(
      { name: 'channel', events: () => channel.events },
      { name: 'inbox', events: () => inbox.events },
      { name: 'server-sent events', events: () => stream.results<Event>('channel') },
    );
    await until('the others to be live', () => neighbours.every(({ events }) => events().length === 1));
    resources.use(await stall(node, sleepy, channelId));
    await sendMany(node, people, channelId, MESSAGES);
  }, 240_000);
  afterAll(() => resources.disposeAsync());

  // createPubSub with graphql-ws: the subscription of a reader that did not pull threw at the 1,025th event that waited, inside
  // the event listener. Nobody could catch it: the process ended, with healthy readers connected.
  it('does not end the process (createPubSub)', async () => {
    expect(node.process.exitCode).toBeNull();
    expect(node.output).not.toMatch(/"level":"(error|fatal)"/);
    expect((await send(node.url, people[0] as Person, channelId, 'last')).sequence).toBe(MESSAGES + 2);
  });

  // The Redis event target told its listeners in a loop: what one threw kept the event from those that came after it.
  it('takes nothing from its neighbours (event target)', async () => {
    const sequences = Array.from({ length: MESSAGES + 1 }, (_, index) => index + 1);
    for (const { name, events } of neighbours) {
      await until(`${name} to have all`, () => events().length >= sequences.length, WITHIN_MS);
      expect(
        events()
          .slice(0, sequences.length)
          .map(({ sequence }) => sequence),
      ).toEqual(sequences);
    }
  });
});

// The answer to that fault, the option repeaterBuffer, was one buffer for all subscriptions: what waited there for a reader of one
// topic was given to the next reader of another, a member of nothing there.
describe('events that wait for a reader who stopped (repeaterBuffer)', { timeout: 240_000 }, () => {
  it('never come to a reader of another channel', async () => {
    await using node = await startNode();
    const [ada, bob, eve] = (await signUpAll(node.url, ['ada', 'bob', 'eve'])) as [Person, Person, Person];
    const secret = await createGroup(node.url, ada, [bob]);
    const open = await createGroup(node.url, ada, [eve]);
    for (const channelId of [secret, open]) await send(node.url, ada, channelId, 'first');
    await using _sleepyBob = await stall(node, bob, secret);
    await using early = await Listener.channel(node, eve, open, 0);
    await early.first(1);
    const typing = (channelId: string) =>
      change('setTyping', { url: node.url, by: ada, input: { channelId, typing: true } });
    let probes = 0;
    const flood = async (): Promise<void> => {
      await sendMany(node, [ada, bob, ada, bob], secret, MESSAGES / 2);
      await typing(secret);
      await change('markRead', { url: node.url, by: bob, input: { channelId: secret, upTo: 1 } });
      await send(node.url, ada, open, `probe ${probes++}`);
    };
    await flood();
    await using late = await Listener.channel(node, eve, open, 0);
    await using inbox = await Listener.inbox(node, eve, [{ channelId: open, sequence: 0 }]);
    await flood();
    for (const listener of [early, late, inbox]) {
      expect((await listener.first(3)).map(({ sequence, channel }) => [channel.id, sequence])).toEqual([
        [open, 1],
        [open, 2],
        [open, 3],
      ]);
      expect(JSON.stringify(listener.socket.frames)).not.toContain(secret);
    }
  });
});

// Persisted operations, and whatever else a server does by hooks of its HTTP layer (limits of size and cost, rates), were
// not asked where the same document came over a socket: it was executed.
describe('a rule for documents (persisted operations)', { timeout: 120_000 }, () => {
  const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
  let node: Node;
  let ada: Person;
  let channelId: string;
  beforeAll(async () => {
    node = await startNode({ env: { RATE_LIMITS: 'on' } });
    ada = await signUp(node.url, 'ada');
    channelId = await createGroup(node.url, ada, []);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  /** The codes of the errors that an operation over a socket ends with. */
  async function overSocket(payload: Record<string, unknown>): Promise<readonly string[]> {
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.send({ type: 'subscribe', id: '1', payload });
    const answer = await until('an answer', () => socket.frames.find(({ id }) => id === '1'));
    const errors = answer.type === 'error' ? answer.payload : (answer.payload as { errors?: unknown }).errors;
    return ((errors ?? []) as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code);
  }

  const repeated = (count: number, part: (index: number) => string): string =>
    Array.from({ length: count }, (_, index) => part(index)).join(' ');

  it.each([
    ['too long', `{ viewer { ${repeated(2_000, () => 'id')} } }`],
    ['too broad', `{ viewer { ${repeated(65, (index) => `a${index}: id`)} } }`],
    ['too deep', `{ channel(id: "x") { ${'membership { channel { '.repeat(6)} id ${'} } '.repeat(6)} } }`],
    [
      'too costly',
      '{ viewer { channels(first: 100) { edges { node { messages(first: 100) { edges { node { id text } } } } } } } }',
    ],
  ])('holds on a socket as over HTTP: %s', async (_, query) => {
    expect((await ask(node.url, ada.token, query)).errors?.map(({ extensions }) => extensions?.code)).toEqual([
      'TOO_COSTLY',
    ]);
    expect(await overSocket({ query })).toEqual(['TOO_COSTLY']);
  });

  it('takes no document by its name on either', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } };
    const response = await fetch(node.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${ada.token}` },
      body: JSON.stringify({ query: '', extensions }),
    });
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await overSocket({ query: '', extensions })).toEqual(['BAD_USER_INPUT']);
  });

  it('counts what comes by sockets, however many, together with what comes over HTTP', async () => {
    const { burst, perSecond } = LIMITS.rates.message;
    const variables = (index: number) => ({ input: { channelId, text: 'x', nonce: `nonce ${index}` } });
    const sockets = await Promise.all([1, 2, 3].map(() => TestSocket.connect(node.wsUrl, ada.token)));
    const startedAt = performance.now();
    const overHttp = Array.from({ length: burst }, (_, index) => ask(node.url, ada.token, SEND, variables(index)));
    // Each by itself may do as much.
    for (let index = burst; index < 4 * burst; index += 1) {
      sockets[index % 3]?.subscribe(`${index}`, SEND, variables(index));
    }
    const answers = () => sockets.flatMap(({ frames }) => frames.filter(({ type }) => type === 'next'));
    await until('every answer', () => answers().length === 3 * burst);
    const all = [...answers().map(({ payload }) => payload), ...(await Promise.all(overHttp))];
    const through = all.filter((answer) => !JSON.stringify(answer).includes('RATE_LIMITED')).length;
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(through).toBeGreaterThanOrEqual(burst);
    expect(through).toBeLessThanOrEqual(burst + Math.ceil(seconds * perSecond));
    for (const socket of sockets) socket.webSocket.terminate();
  });
});

// What a hook of graphql-ws throws closes the socket with 4500, which its clients take for final: a store that was away for a
// moment let all who connected in that moment go for good.
describe("a fault of the node's own where a socket authenticates (4500)", { timeout: 120_000 }, () => {
  it('closes it with a code that clients come back from', async () => {
    await using node = await startNode();
    const ada = await signUp(node.url, 'ada');
    const newer = await logIn(node.url, 'ada');
    const newest = await logIn(node.url, 'ada');
    await using open = await TestSocket.connect(node.wsUrl, ada.token);
    using database = new DatabaseSync(join(node.directory, 'parley.db'), { timeout: 5_000 });
    database.exec('ALTER TABLE sessions RENAME TO sessions_away');

    await using connecting = new TestSocket(node.wsUrl);
    await until('the socket to be open', () => connecting.webSocket.readyState === connecting.webSocket.OPEN);
    connecting.send({ type: 'connection_init', payload: { authorization: `Bearer ${newer.token}` } });
    expect((await connecting.end()).code).toBe(4510);
    open.send({ type: 'ping', payload: { authorization: `Bearer ${newest.token}` } });
    expect((await open.end()).code).toBe(4510);
    expect(node.output).toContain('could not authenticate a socket');

    database.exec('ALTER TABLE sessions_away RENAME TO sessions');
    await using again = await TestSocket.connect(node.wsUrl, newer.token);
    again.subscribe('1', '{ viewer { handle } }');
    await again.frame('complete', '1');
    expect(again.results('1', 'viewer')).toEqual([{ handle: 'ada' }]);
  });
});
