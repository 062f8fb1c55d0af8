import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { Listener } from '../support/listener.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

interface Changed {
  readonly user: { readonly id: string };
  readonly presence: { readonly status: string; readonly lastSeenAt: string | null };
}

/** The least that there is. */
const PRESENCE_TTL = '5s';
const TTL_MS = 5_000;
/** OFFLINE shows at most so long after the TTL. */
const LATE_MS = 5_000;
const ON_PRESENCE =
  'subscription ($userIds: [ID!]!) { presence(userIds: $userIds) { user { id } presence { status lastSeenAt } } }';
const PRESENCE = 'query ($handle: String!) { user(handle: $handle) { presence { status lastSeenAt } } }';
const INBOX = 'subscription { inbox { sequence } }';

let node: Node;
beforeAll(async () => {
  node = await startNode({ env: { PRESENCE_TTL } });
});
afterAll(() => node[Symbol.asyncDispose]());

const presenceOf = async (url: string, by: Person, { handle }: Person): Promise<Changed['presence']> =>
  (await run<{ user: { presence: Changed['presence'] } }>(url, by.token, PRESENCE, { handle })).user.presence;

/** What one person is told of another's presence, with when it came. */
class Watcher implements AsyncDisposable {
  readonly told: (Changed['presence'] & { readonly at: number })[] = [];
  readonly #socket: TestSocket;

  private constructor(socket: TestSocket) {
    this.#socket = socket;
  }

  static async of(by: Person, { id }: Person): Promise<Watcher> {
    const socket = await TestSocket.connect(node.wsUrl, by.token);
    const watcher = new Watcher(socket);
    socket.webSocket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { payload?: { data?: { presence?: Changed } } };
      const { presence } = frame.payload?.data?.presence ?? {};
      if (presence !== undefined) watcher.told.push({ ...presence, at: performance.now() });
    });
    socket.subscribe('1', ON_PRESENCE, { userIds: [id] });
    await watcher.times(1);
    return watcher;
  }

  get statuses(): readonly string[] {
    return this.told.map(({ status }) => status);
  }

  async times(count: number): Promise<Changed['presence'] & { readonly at: number }> {
    await until(`${count} times to be told of presence`, () => this.told.length >= count, 20_000);
    return this.told[count - 1] as Changed['presence'] & { readonly at: number };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#socket[Symbol.asyncDispose]();
  }
}

describe.concurrent('two devices of one person', { timeout: 120_000 }, () => {
  it('share a checkpoint, and nobody else learns of it', async () => {
    const [ada, bob] = await Promise.all([signUp(node.url, 'check-ada'), signUp(node.url, 'check-bob')]);
    const phone = await logIn(node.url, bob.handle);
    const channelId = await createGroup(node.url, ada, [bob]);
    await send(node.url, ada, channelId, 'one');
    const after = [{ channelId, sequence: 0 }];
    await using laptopInbox = await Listener.inbox(node, bob, after);
    await using laptopChannel = await Listener.channel(node, bob, channelId, 0);
    await using phoneInbox = await Listener.inbox(node, phone, after);
    await using phoneChannel = await Listener.channel(node, phone, channelId, 0);
    await using others = await Listener.inbox(node, ada, after);
    const all = [laptopInbox, laptopChannel, phoneInbox, phoneChannel, others];
    await Promise.all(all.map((listener) => listener.first(1)));
    await change('markRead', { url: node.url, by: bob, input: { channelId, upTo: 1 } });
    await send(node.url, ada, channelId, 'two');
    await Promise.all(all.map((listener) => listener.event('the second message', ({ sequence }) => sequence === 2)));
    const moved = all.map(({ events }) => events.filter(({ __typename }) => __typename === 'CheckpointMoved'));
    expect(moved.map(({ length }) => length)).toEqual([0, 0, 1, 1, 0]);
    expect(phoneInbox.events.find(({ membership }) => membership?.readUpTo === 1)).toBeDefined();
  });

  it('do not tell one another that their person types; the others are told for 6 seconds', async () => {
    const [ada, bob] = await Promise.all([signUp(node.url, 'type-ada'), signUp(node.url, 'type-bob')]);
    const phone = await logIn(node.url, bob.handle);
    const channelId = await createGroup(node.url, ada, [bob]);
    await send(node.url, ada, channelId, 'one');
    const after = [{ channelId, sequence: 0 }];
    await using laptop = await Listener.inbox(node, bob, after);
    await using otherDevice = await Listener.inbox(node, phone, after);
    await using others = await Listener.channel(node, ada, channelId, 0);
    const all = [laptop, otherDevice, others];
    await Promise.all(all.map((listener) => listener.first(1)));
    await change('setTyping', { url: node.url, by: bob, input: { channelId, typing: true } });
    await others.event('typing', ({ typing }) => typing === true);
    const startedAt = performance.now();
    await others.event('no typing', ({ typing }) => typing === false);
    const lastedMs = performance.now() - startedAt;
    expect(lastedMs).toBeGreaterThan(5_000);
    expect(lastedMs).toBeLessThan(9_000);
    await send(node.url, ada, channelId, 'two');
    await Promise.all(all.map((listener) => listener.event('the second message', ({ sequence }) => sequence === 2)));
    const typing = all.map(({ events }) => events.filter(({ __typename }) => __typename === 'TypingChanged').length);
    expect(typing).toEqual([0, 0, 2]);
  });

  it('keep their person online until the last of them has been gone for the TTL', async () => {
    const [ada, bob] = await Promise.all([signUp(node.url, 'live-ada'), signUp(node.url, 'live-bob')]);
    const phone = await logIn(node.url, bob.handle);
    await createGroup(node.url, ada, [bob]);
    await using watcher = await Watcher.of(ada, bob);
    const laptop = await TestSocket.connect(node.wsUrl, bob.token);
    await watcher.times(2);
    const stream = await EventSource.open(node.url, phone.token, INBOX);
    laptop.webSocket.terminate();
    const goneAt = performance.now();
    // Only the stream is left, for longer than without it.
    await until('the TTL to pass', () => performance.now() - goneAt > TTL_MS + 2_000);
    expect(await presenceOf(node.url, ada, bob)).toMatchObject({ status: 'ONLINE' });
    const closedAt = performance.now();
    const closed = Date.now();
    await stream[Symbol.asyncDispose]();
    const { at, lastSeenAt } = await watcher.times(3);
    expect(watcher.statuses).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
    expect(at - closedAt).toBeGreaterThan(TTL_MS - 1_000);
    expect(at - closedAt).toBeLessThan(TTL_MS + LATE_MS);
    expect(Math.abs(Date.parse(lastSeenAt ?? '') - closed)).toBeLessThan(TTL_MS);
  });

  it('are told apart at the log-out: all connections of the one end within a second, the other goes on', async () => {
    const bob = await signUp(node.url, 'out-bob');
    const phone = await logIn(node.url, bob.handle);
    const channelId = await createGroup(node.url, bob, []);
    await using one = await Listener.inbox(node, phone, [{ channelId, sequence: 0 }]);
    await using two = await Listener.channel(node, phone, channelId, 0);
    await using idle = await TestSocket.connect(node.wsUrl, phone.token);
    await using stream = await EventSource.open(node.url, phone.token, INBOX);
    await using laptop = await Listener.inbox(node, bob, [{ channelId, sequence: 0 }]);
    await send(node.url, bob, channelId, 'before');
    await Promise.all([one, two, laptop].map((listener) => listener.first(1)));
    await run(node.url, phone.token, 'mutation { logOut }');
    const closes = await Promise.all([one.socket, two.socket, idle].map((socket) => socket.end(1_000)));
    expect(closes.map(({ code }) => code)).toEqual([4403, 4403, 4403]);
    await stream.end(1_000);
    await send(node.url, bob, channelId, 'after');
    await laptop.first(2);
    expect([one, two].map(({ events }) => events.length)).toEqual([1, 1]);
    expect(laptop.socket.closed).toBeNull();
  });
});

describe.concurrent('presence', { timeout: 120_000 }, () => {
  it('is kept by heartbeats alone, and ends when they do', async () => {
    const [ada, bob] = await Promise.all([signUp(node.url, 'beat-ada'), signUp(node.url, 'beat-bob')]);
    await createGroup(node.url, ada, [bob]);
    await using watcher = await Watcher.of(ada, bob);
    let beatAt = 0;
    const beat = async (): Promise<void> => {
      beatAt = performance.now();
      await run(node.url, bob.token, 'mutation { heartbeat { status } }');
    };
    await beat();
    const firstAt = beatAt;
    await watcher.times(2);
    while (performance.now() - firstAt < TTL_MS + 2_000) {
      await until('the next beat to be due', () => performance.now() - beatAt > TTL_MS / 4);
      await beat();
    }
    const lastAt = beatAt;
    const { at } = await watcher.times(3);
    expect(watcher.statuses).toEqual(['OFFLINE', 'ONLINE', 'OFFLINE']);
    expect(at - lastAt).toBeGreaterThan(TTL_MS - 1_000);
    expect(at - lastAt).toBeLessThan(TTL_MS + LATE_MS);
  });

  it('is OFFLINE without a time for who shares no channel, live too', async () => {
    const [ada, bob, eve] = await Promise.all(
      ['hide-ada', 'hide-bob', 'hide-eve'].map((name) => signUp(node.url, name)),
    );
    if (ada === undefined || bob === undefined || eve === undefined) throw new Error('nobody is there');
    await createGroup(node.url, ada, [bob]);
    await using friend = await Watcher.of(ada, bob);
    await using stranger = await Watcher.of(eve, bob);
    const socket = await TestSocket.connect(node.wsUrl, bob.token);
    await friend.times(2);
    socket.webSocket.terminate();
    const { lastSeenAt } = await friend.times(3);
    expect(lastSeenAt).not.toBeNull();
    expect(await presenceOf(node.url, ada, bob)).toEqual({ status: 'OFFLINE', lastSeenAt });
    const hidden = { status: 'OFFLINE', lastSeenAt: null };
    expect(await presenceOf(node.url, eve, bob)).toEqual(hidden);
    expect(stranger.told).toMatchObject([hidden]);
  });

  it('keeps when somebody was last seen over a restart, and over a kill', async () => {
    await using first = await startNode({ env: { PRESENCE_TTL } });
    const [ada, bob] = await Promise.all([signUp(first.url, 'ada'), signUp(first.url, 'bob')]);
    await createGroup(first.url, ada, [bob]);
    const socket = await TestSocket.connect(first.wsUrl, bob.token);
    const isOnline = async (): Promise<boolean> => (await presenceOf(first.url, ada, bob)).status === 'ONLINE';
    await until('bob to be online', isOnline);
    socket.webSocket.terminate();
    await until('bob to be offline', async () => !(await isOnline()), 20_000);
    const seen = await presenceOf(first.url, ada, bob);
    expect(seen).toEqual({ status: 'OFFLINE', lastSeenAt: expect.any(String) });
    await first.stop();
    await using second = await startNode({ env: { PRESENCE_TTL }, directory: first.directory });
    expect(await presenceOf(second.url, ada, bob)).toEqual(seen);
    await second.kill();
    await using third = await startNode({ env: { PRESENCE_TTL }, directory: first.directory });
    expect(await presenceOf(third.url, ada, bob)).toEqual(seen);
  });

  it('knows who was connected when the node was told to stop', async () => {
    await using first = await startNode();
    const [ada, bob] = await Promise.all([signUp(first.url, 'ada'), signUp(first.url, 'bob')]);
    await createGroup(first.url, ada, [bob]);
    await using _socket = await TestSocket.connect(first.wsUrl, bob.token);
    await until('bob to be online', async () => (await presenceOf(first.url, ada, bob)).status === 'ONLINE');
    const connected = Date.now();
    await until('some time to pass', () => Date.now() - connected > 1_500);
    const stoppedAt = Date.now();
    await first.stop();
    await using second = await startNode({ directory: first.directory });
    const { status, lastSeenAt } = await presenceOf(second.url, ada, bob);
    expect(status).toBe('OFFLINE');
    expect(Date.parse(lastSeenAt ?? '')).toBeGreaterThanOrEqual(stoppedAt);
  });
});
