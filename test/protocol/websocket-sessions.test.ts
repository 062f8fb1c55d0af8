import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { logIn, type Person, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { accessToken } from './access-token.ts';

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken viewer { handle } } }`;

describe('who is behind a WebSocket', () => {
  let node: Node;
  let person: Person;
  let other: Person;
  beforeAll(async () => {
    node = await startNode();
    [person, other] = await Promise.all([signUp(node.url, 'owner'), signUp(node.url, 'stranger')]);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const opened = async (payload: unknown): Promise<TestSocket> => {
    const socket = new TestSocket(node.wsUrl);
    await once(socket.webSocket, 'open');
    socket.send({ type: 'connection_init', payload });
    return socket;
  };
  const inMs = (ms: number): Promise<string> => accessToken(node, person, Date.now() + ms);
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  // Clients refresh their token after 4403, and give up after 4401.
  it.each([
    ['no bearer token', () => ({ authorization: 'Basic abc' })],
    ['a token that is none', () => bearer('abc')],
    ['a token that is too long', () => bearer('a'.repeat(5_000))],
    ['a token of another key', () => bearer(`${person.token.slice(0, -4)}AAAA`)],
    ['something that is no text', () => ({ authorization: 1 })],
    ['a token that has expired', async () => bearer(await inMs(-1_000))],
  ])('is refused with 4403 for %s', async (_, payload) => {
    await using socket = await opened(await payload());
    expect((await socket.end()).code).toBe(4403);
    expect(socket.frames).toEqual([]);
  });

  it('may be nobody, who signs up and sees nothing', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, null);
    socket.subscribe('1', '{ viewer { id } }');
    expect(await socket.frame('next', '1')).toMatchObject({
      payload: { data: null, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
    socket.subscribe('2', 'subscription { inbox { sequence } }');
    expect((await socket.frame('next', '2')).payload).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    socket.subscribe('3', SIGN_UP, { input: { handle: 'newcomer', name: 'New', password: 'a long password' } });
    await socket.frame('complete', '3');
    expect(socket.results('3', 'signUp')).toMatchObject([{ viewer: { handle: 'newcomer' } }]);
  });

  it('is closed with 4403 when the token runs out', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, await inMs(2_000));
    expect((await socket.end()).code).toBe(4403);
  });

  it('stays open past the end of its token when a ping has brought a newer one, until that runs out', async () => {
    const first = Date.now() + 2_000;
    await using socket = await TestSocket.connect(node.wsUrl, await accessToken(node, person, first));
    socket.send({ type: 'ping', payload: bearer(await accessToken(node, person, first + 2_000)) });
    await socket.frame('pong');
    const { code } = await socket.end();
    expect(code).toBe(4403);
    expect(Date.now()).toBeGreaterThan(first + 900);
  });

  it.each([
    ['of somebody else', () => other.token],
    ['that is none', () => 'abc'],
    ['that has expired', () => inMs(-1_000)],
  ])('is closed with 4403 for a ping with a token %s', async (_, token) => {
    await using socket = await TestSocket.connect(node.wsUrl, person.token);
    socket.send({ type: 'ping', payload: bearer(await token()) });
    expect((await socket.end()).code).toBe(4403);
  });

  it('takes a ping without a token, and does not let it change who is there', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, person.token);
    socket.send({ type: 'ping', payload: { authorization: null } });
    await socket.frame('pong');
    socket.subscribe('1', '{ viewer { id } }');
    await socket.frame('complete', '1');
    expect(socket.results('1', 'viewer')).toEqual([{ id: person.id }]);
  });

  it('is closed with 4403 within a second of the log-out of its session, and of no other', async () => {
    const gone = await logIn(node.url, 'owner');
    await using stays = await TestSocket.connect(node.wsUrl, person.token);
    await using closed = await TestSocket.connect(node.wsUrl, gone.token);
    await run(node.url, gone.token, 'mutation { logOut }');
    expect((await closed.end(1_000)).code).toBe(4403);
    stays.send({ type: 'ping' });
    await stays.frame('pong');
    await using late = await opened(bearer(gone.token));
    expect((await late.end()).code).toBe(4403);
  });

  // It was closed before the answer: clients that send their operations again after a close never heard of it.
  it('answers the log-out that comes by itself, and is closed with 4403', async () => {
    const gone = await logIn(node.url, 'owner');
    await using socket = await TestSocket.connect(node.wsUrl, gone.token);
    socket.subscribe('1', 'mutation { logOut }');
    expect((await socket.end(1_000)).code).toBe(4403);
    expect(socket.results('1', 'logOut')).toEqual([true]);
  });

  it('never sees the log-out slip past while it connects', async () => {
    const racing = await Promise.all(Array.from({ length: 10 }, () => logIn(node.url, 'stranger')));
    const sockets = await Promise.all(
      racing.map(async ({ token }) => {
        const socket = opened(bearer(token));
        await run(node.url, token, 'mutation { logOut }');
        return socket;
      }),
    );
    for (const socket of sockets) expect((await socket.end(2_000)).code).toBe(4403);
  });
});
