import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { INSPECTED, Inspector } from '../support/inspector.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { accessToken } from './access-token.ts';

const MIB = 1_024 * 1_024;
const CHANNEL = `subscription ($id: ID!, $after: Int) {
  channel(id: $id, after: $after) { sequence ... on MessageSent { message { text } } }
}`;
const INBOX = 'subscription { inbox { sequence } }';
const PRESENCE = `query ($handle: String!) { user(handle: $handle) { presence { status } } }`;

interface Event {
  readonly sequence: number;
  readonly message: { readonly text: string };
}

describe('server-sent events', () => {
  let node: Node;
  let ada: Person;
  let ben: Person;
  let channelId: string;
  beforeAll(async () => {
    node = await startNode({ env: { PRESENCE_TTL: '5s', ...INSPECTED } });
    [ada, ben] = await Promise.all([signUp(node.url, 'ada'), signUp(node.url, 'ben')]);
    channelId = await createGroup(node.url, ada, [ben]);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it.each(['POST', 'GET'] as const)(
    'bring a subscription by %s: what was missed, then what happens',
    async (method) => {
      const before = await send(node.url, ada, channelId, 'missed');
      const after = (before.sequence ?? 0) - 1;
      await using source = await EventSource.open(node.url, ben.token, CHANNEL, { id: channelId, after }, method);
      await until('what was missed', () => source.results('channel').length === 1);
      await send(node.url, ada, channelId, 'live');
      await until('what happens', () => source.results('channel').length === 2);
      expect(source.results<Event>('channel').map(({ message }) => message.text)).toEqual(['missed', 'live']);
    },
  );

  it('resume from any sequence, without a gap', async () => {
    const sent: (number | null)[] = [];
    for (let index = 0; index < 21; index += 1) {
      sent.push((await send(node.url, ada, channelId, `line ${index}`)).sequence);
    }
    const seen: number[] = [];
    for (let after = (sent[0] ?? 0) - 1; seen.length < sent.length; after = seen.at(-1) ?? after) {
      await using source = await EventSource.open(node.url, ben.token, CHANNEL, { id: channelId, after });
      await until('three more', () => source.results('channel').length >= 3);
      const [one, two, three] = source.results<Event>('channel').map(({ sequence }) => sequence);
      seen.push(one ?? 0, two ?? 0, three ?? 0);
    }
    expect(seen).toEqual(sent);
  });

  it('answer a query with its one result', async () => {
    await using source = await EventSource.open(node.url, ben.token, '{ viewer { handle } }');
    await source.end();
    expect(source.events).toEqual([
      { event: 'next', data: { data: { viewer: { handle: 'ben' } } } },
      { event: 'complete', data: null },
    ]);
  });

  const unauthenticated = { event: 'next', data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } };

  it('end with an error within a second of the log-out of their session, and of no other', async () => {
    const gone = await logIn(node.url, 'ben');
    await using stays = await EventSource.open(node.url, ben.token, INBOX);
    await using closed = await EventSource.open(node.url, gone.token, INBOX);
    await run(node.url, gone.token, 'mutation { logOut }');
    await closed.end(1_000);
    expect(closed.broken).toBe(false);
    expect(closed.events).toMatchObject([unauthenticated, { event: 'complete' }]);
    expect(stays.ended).toBe(false);
  });

  it('end with an error when the token runs out', async () => {
    const token = await accessToken(node, ben, Date.now() + 2_000);
    await using source = await EventSource.open(node.url, token, INBOX);
    await source.end();
    expect(source.events).toMatchObject([unauthenticated, { event: 'complete' }]);
  });

  it('keep their reader online, for as long as they last', async () => {
    const cleo = await signUp(node.url, 'cleo');
    await createGroup(node.url, ada, [cleo]);
    const status = async (): Promise<string> =>
      (await run<{ user: { presence: { status: string } } }>(node.url, ada.token, PRESENCE, { handle: 'cleo' })).user
        .presence.status;
    const source = await EventSource.open(node.url, cleo.token, INBOX);
    await until('cleo to be online', async () => (await status()) === 'ONLINE');
    const openedAt = performance.now();
    // Longer than the TTL: without the stream there would be nobody.
    await until('the TTL to pass', () => performance.now() - openedAt > 6_000);
    expect(await status()).toBe('ONLINE');
    await source[Symbol.asyncDispose]();
    await until('cleo to be offline', async () => (await status()) === 'OFFLINE', 11_000);
  });

  it('are counted with the sockets of their user: 20, then 429', async () => {
    const dan = await signUp(node.url, 'dan');
    const socket = await TestSocket.connect(node.wsUrl, dan.token);
    const sources = await Promise.all(Array.from({ length: 19 }, () => EventSource.open(node.url, dan.token, INBOX)));
    expect(sources.map(({ status }) => status)).toEqual(Array(19).fill(200));
    const refused = await EventSource.open(node.url, dan.token, INBOX);
    await refused.end();
    expect(refused.status).toBe(429);
    expect(JSON.stringify(refused.events)).toContain('RATE_LIMITED');
    socket.webSocket.terminate();
    await until('a place to be free', async () => {
      await using source = await EventSource.open(node.url, dan.token, INBOX);
      return source.status === 200;
    });
    for (const source of sources) await source[Symbol.asyncDispose]();
  });

  it('cost the node little where a reader takes nothing, and break off so that it resumes', async () => {
    const { port } = new URL(node.url);
    const body = JSON.stringify({ query: CHANNEL, variables: { id: channelId } });
    const stalled = connect({ port: Number(port), host: '127.0.0.1' });
    stalled.on('error', () => {});
    stalled.write(
      `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ben.token}\r\nAccept: text/event-stream\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await once(stalled, 'readable');
    await using inspector = await Inspector.of(node);
    const before = await inspector.liveBytes();
    const text = '€'.repeat(8_000);
    for (let sent = 0; sent < 800; sent += 20) {
      await Promise.all(Array.from({ length: 20 }, () => send(node.url, ada, channelId, text)));
    }
    expect((await inspector.liveBytes()) - before).toBeLessThan(32 * MIB);
    // What the kernel holds comes, then the end: the node did not wait for the rest to be taken.
    let taken = 0;
    stalled.on('data', (chunk) => {
      taken += chunk.length;
    });
    await new Promise((resolve) => stalled.once('close', resolve));
    expect(taken).toBeLessThan(18 * MIB);
  }, 60_000);
});
