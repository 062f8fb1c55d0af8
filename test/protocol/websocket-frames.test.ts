import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

const KIB = 1_024;
const QUERY = '{ viewer { id } }';

describe('a WebSocket', () => {
  let node: Node;
  let person: Person;
  beforeAll(async () => {
    node = await startNode({ env: { RATE_LIMITS: 'on' } });
    person = await signUp(node.url, 'frames');
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const opened = async (): Promise<TestSocket> => {
    const socket = new TestSocket(node.wsUrl);
    await once(socket.webSocket, 'open');
    return socket;
  };
  const acknowledged = (): Promise<TestSocket> => TestSocket.connect(node.wsUrl, person.token);

  /** A `subscribe` frame of exactly so many bytes. */
  const frameOf = (bytes: number): string => {
    const empty = JSON.stringify({
      type: 'subscribe',
      id: 'large',
      payload: { query: QUERY, extensions: { pad: '' } },
    });
    return empty.replace('"pad":""', `"pad":"${'x'.repeat(bytes - empty.length)}"`);
  };

  describe('before the acknowledgement', () => {
    it('is closed with 4408 when no connection_init comes', async () => {
      await using socket = await opened();
      expect((await socket.end()).code).toBe(4408);
    });

    it('is closed with 4401 for an operation', async () => {
      await using socket = await opened();
      socket.subscribe('1', QUERY);
      expect((await socket.end()).code).toBe(4401);
    });

    it('is closed with 4401 for an operation that comes right behind connection_init without a wait', async () => {
      await using socket = await opened();
      // In one piece: a node can have acknowledged the first before another piece comes.
      socket.connection.cork();
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}` } });
      socket.subscribe('1', QUERY);
      socket.connection.uncork();
      expect((await socket.end()).code).toBe(4401);
    });
  });

  it('is closed with 4429 for a second connection_init', async () => {
    await using socket = await acknowledged();
    socket.send({ type: 'connection_init' });
    expect((await socket.end()).code).toBe(4429);
  });

  it.each([
    ['no JSON', '{ "type": '],
    ['an empty frame', ''],
    ['a JSON value that is no object', '42'],
    ['null', 'null'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start"}'],
    ['a subscription without an id', '{"type":"subscribe","payload":{"query":"{ __typename }"}}'],
    ['a subscription with an empty id', '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}'],
    ['a subscription without a query', '{"type":"subscribe","id":"1","payload":{}}'],
    ['variables that are no object', '{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":"x"}}'],
    ['a completion without an id', '{"type":"complete"}'],
    ['a payload of ping that is no object', '{"type":"ping","payload":"x"}'],
    ['connection_ack, which only a server sends', '{"type":"connection_ack"}'],
    ['next, which only a server sends', '{"type":"next","id":"1","payload":{"data":null}}'],
    ['error, which only a server sends', '{"type":"error","id":"1","payload":[{"message":"x"}]}'],
  ])('is closed with 4400 for %s', async (_, frame) => {
    await using socket = await acknowledged();
    socket.send(frame);
    expect((await socket.end()).code).toBe(4400);
  });

  it('is closed with 4400 for a binary frame', async () => {
    await using socket = await acknowledged();
    socket.webSocket.send(Buffer.from('{"type":"ping"}'), { binary: true });
    expect((await socket.end()).code).toBe(4400);
  });

  it('is closed with 1007 for text that is not UTF-8', async () => {
    await using socket = await acknowledged();
    socket.webSocket.send(Buffer.from([0xc3, 0x28]), { binary: false });
    expect((await socket.end()).code).toBe(1007);
  });

  it('takes an operation id of 64 characters, and is closed with 4400 for one of 65', async () => {
    await using socket = await acknowledged();
    const id = 'i'.repeat(64);
    socket.subscribe(id, QUERY);
    await socket.frame('complete', id);
    socket.subscribe(`${id}i`, QUERY);
    expect((await socket.end()).code).toBe(4400);
    expect(socket.frames.filter((frame) => frame.id === `${id}i`)).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'toString'])('takes %s for an operation id like any other', async (id) => {
    await using socket = await acknowledged();
    socket.send(`{"type":"subscribe","id":"${id}","payload":{"query":"${QUERY}"}}`);
    await socket.frame('complete', id);
    expect(socket.results(id, 'viewer')).toEqual([{ id: person.id }]);
  });

  it('takes a frame of 256 KB, and is closed with 1009 for one byte more', async () => {
    await using socket = await acknowledged();
    socket.send(frameOf(256 * KIB));
    await socket.frame('complete', 'large');
    socket.send(frameOf(256 * KIB + 1));
    expect((await socket.end()).code).toBe(1009);
  });

  // A subscription that took the id of one just completed got that one's end, and then nothing, without a word.
  it('takes an id again right after its completion, and is closed with 4409 for one in use', async () => {
    await using socket = await acknowledged();
    socket.subscribe('1', 'subscription { inbox { sequence } }');
    socket.send({ type: 'complete', id: '1' });
    socket.subscribe('1', 'subscription { inbox { sequence } }');
    socket.subscribe('1', QUERY);
    expect((await socket.end()).code).toBe(4409);
  });

  it('answers a ping with a pong that has its payload', async () => {
    await using socket = await acknowledged();
    socket.send({ type: 'ping', payload: { at: 1 } });
    expect(await socket.frame('pong')).toEqual({ type: 'pong', payload: { at: 1 } });
  });

  it('takes a pong that nobody asked for', async () => {
    await using socket = await acknowledged();
    socket.send({ type: 'pong', payload: { at: 1 } });
    socket.send({ type: 'ping' });
    expect(await socket.frame('pong')).toEqual({ type: 'pong' });
  });

  it('takes the completion of an operation that it never had', async () => {
    await using socket = await acknowledged();
    socket.send({ type: 'complete', id: 'nothing' });
    socket.subscribe('1', QUERY);
    await socket.frame('complete', '1');
  });

  it('sends nothing of a subscription after its completion', async () => {
    await using socket = await acknowledged();
    const channelId = await createGroup(node.url, person, []);
    await send(node.url, person, channelId, 'everybody sees this');
    const subscription = 'subscription ($id: ID!) { channel(id: $id, after: 0) { sequence } }';
    socket.subscribe('1', subscription, { id: channelId });
    await socket.frame('next', '1');
    socket.send({ type: 'complete', id: '1' });
    socket.subscribe('2', subscription, { id: channelId });
    await socket.frame('next', '2');
    const before = socket.results('1', 'channel').length;
    const { sequence } = await send(node.url, person, channelId, 'nobody sees this on 1');
    await expect.poll(() => socket.results('2', 'channel').at(-1)).toEqual({ sequence });
    expect(socket.results('1', 'channel')).toHaveLength(before);
  });

  it.each([
    ['cannot be parsed', '{ viewer '],
    ['is not valid', '{ nothing }'],
    ['is empty', ''],
    ['has no operation', 'fragment F on User { id }'],
    ['has several operations and no name', 'query A { __typename } query B { __typename }'],
  ])('stays open after a document that %s', async (_, query) => {
    await using socket = await acknowledged();
    socket.subscribe('1', query);
    const { payload } = await socket.frame('error', '1');
    const [error] = payload as { extensions: unknown }[];
    expect(error?.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    socket.subscribe('1', QUERY);
    await socket.frame('complete', '1');
    expect(socket.closed).toBeNull();
  });

  it('is closed with 4420 for more frames than a client has reason to send', async () => {
    await using socket = await acknowledged();
    for (let sent = 0; sent < 2_000; sent += 1) socket.send({ type: 'pong' });
    expect((await socket.end()).code).toBe(4420);
  });

  // They were not counted.
  it('is closed with 4420 for more pongs than it was asked for', async () => {
    await using socket = await acknowledged();
    for (let sent = 0; sent < 2_000; sent += 1) socket.webSocket.pong();
    expect((await socket.end()).code).toBe(4420);
  });

  // A load test was closed: it had sent its burst.
  it('takes any number of frames where rates are lifted', async () => {
    await using unlimited = await startNode({ env: { RATE_LIMITS: 'off' } });
    const somebody = await signUp(unlimited.url, 'loader');
    await using socket = await TestSocket.connect(unlimited.wsUrl, somebody.token);
    for (let sent = 0; sent < 2_000; sent += 1) socket.send({ type: 'pong' });
    socket.subscribe('1', QUERY);
    await socket.frame('complete', '1');
  });

  it('is cut for more pings than it has taken the answers of', async () => {
    await using socket = await acknowledged();
    for (let sent = 0; sent < 20_000; sent += 1) socket.webSocket.ping();
    expect([1006, 4420]).toContain((await socket.end()).code);
  });

  it('takes 100 subscriptions and refuses the next with TOO_COSTLY', async () => {
    await using socket = await acknowledged();
    for (let index = 1; index <= 101; index += 1) socket.subscribe(`${index}`, 'subscription { inbox { sequence } }');
    const { payload } = await socket.frame('error');
    expect(payload).toMatchObject([{ extensions: { code: 'TOO_COSTLY' } }]);
    expect(socket.frames.filter(({ type }) => type === 'error').map(({ id }) => id)).toEqual(['101']);
    socket.send({ type: 'complete', id: '1' });
    socket.subscribe('102', QUERY);
    await socket.frame('complete', '102');
  });
});
