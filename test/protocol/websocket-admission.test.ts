import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const APP = 'https://app.example.org';

/** The status of a handshake: 101 where it succeeded. */
async function handshake(url: string, headers: Record<string, string> = {}): Promise<number | undefined> {
  const socket = new TestSocket(url, 'graphql-transport-ws', headers);
  const opened = once(socket.webSocket, 'open').then(() => 101);
  const refused = once(socket.webSocket, 'unexpected-response').then(([, response]) => response.statusCode as number);
  opened.catch(() => {});
  const status = await Promise.race([opened.catch(() => undefined), refused]);
  socket.webSocket.terminate();
  return status;
}

describe('the door for WebSockets', () => {
  let node: Node;
  beforeAll(async () => {
    node = await startNode({
      env: { CONNECTIONS_MAX: '30', ALLOWED_ORIGINS: `${APP},https://other.example.org:8443` },
    });
  });
  afterAll(() => node[Symbol.asyncDispose]());
  const port = (): number => Number(new URL(node.url).port);

  it('closes with 4406 where no subprotocol is offered', async () => {
    await using socket = new TestSocket(node.wsUrl, []);
    expect((await socket.end()).code).toBe(4406);
  });

  it('agrees to no unknown subprotocol', async () => {
    await using socket = new TestSocket(node.wsUrl, ['graphql-ws', 'soap']);
    await socket.end();
    expect(socket.webSocket.protocol).toBe('');
    expect(socket.frames).toEqual([]);
  });

  it('picks its own of several subprotocols', async () => {
    await using socket = new TestSocket(node.wsUrl, ['graphql-ws', 'graphql-transport-ws']);
    await once(socket.webSocket, 'open');
    expect(socket.webSocket.protocol).toBe('graphql-transport-ws');
  });

  it.each([
    ['a program, which has none', undefined, 101],
    ['the node itself', () => `http://127.0.0.1:${port()}`, 101],
    ['an origin that is allowed', () => APP, 101],
    ['the same in capitals', () => APP.toUpperCase(), 101],
    ['an origin that is allowed with its port', () => 'https://other.example.org:8443', 101],
    ['an origin elsewhere', () => 'https://evil.example.org', 403],
    ['an allowed origin at another port', () => `${APP}:8443`, 403],
    ['an origin that only begins like an allowed one', () => `${APP}.evil.example`, 403],
    ['the same host by another scheme', () => 'http://app.example.org', 403],
    ['a page without an origin', () => 'null', 403],
  ])('judges the origin: %s', async (_, origin, status) => {
    expect(await handshake(node.wsUrl, origin === undefined ? {} : { origin: origin() })).toBe(status);
  });

  it('is at /graphql only', async () => {
    expect(await handshake(node.wsUrl.replace('/graphql', '/'))).toBe(404);
    expect(await handshake(node.wsUrl.replace('/graphql', '/graphql/more'))).toBe(404);
    expect(await handshake(`${node.wsUrl}?token=abc`)).toBe(101);
  });

  it('takes 20 sockets of a user, closes the next with 4430, and takes one again when another has gone', async () => {
    const person = await signUp(node.url, 'collector');
    const sockets = await Promise.all(Array.from({ length: 20 }, () => TestSocket.connect(node.wsUrl, person.token)));
    const more = async (): Promise<TestSocket> => {
      const socket = new TestSocket(node.wsUrl);
      await once(socket.webSocket, 'open');
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}` } });
      return socket;
    };
    await using refused = await more();
    expect((await refused.end()).code).toBe(4430);
    sockets.pop()?.webSocket.terminate();
    await until('a place to be free', async () => {
      await using socket = await more();
      const answer = await until('an answer', () => socket.frames[0]?.type ?? socket.closed?.code);
      return answer === 'connection_ack';
    });
    for (const socket of sockets) socket.webSocket.terminate();
  });

  it('answers 503 when the node is full, and opens when somebody has left', async () => {
    const sockets: TestSocket[] = [];
    const filled = async (): Promise<boolean> => {
      const socket = new TestSocket(node.wsUrl);
      sockets.push(socket);
      const opened = once(socket.webSocket, 'open').then(() => false);
      const refused = once(socket.webSocket, 'unexpected-response').then(([, response]) => response.statusCode === 503);
      return Promise.race([opened.catch(() => true), refused]);
    };
    await until('the node to be full', filled);
    expect(sockets.length).toBeLessThanOrEqual(31);
    expect(await handshake(node.wsUrl)).toBe(503);
    for (const socket of sockets) socket.webSocket.terminate();
    await until('a place to be free', async () => (await handshake(node.wsUrl)) === 101);
  });

  // The refusal ended only the node's half: a peer that kept its own open kept the connection for good.
  it('holds no connection that it has refused', async () => {
    const socket = connect({ port: port(), host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(
      [
        'GET /elsewhere HTTP/1.1',
        'Host: localhost',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        '',
        '',
      ].join('\r\n'),
    );
    let answer = '';
    socket.on('data', (data) => {
      answer += data;
    });
    await once(socket, 'end');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    // Writing to an end that is gone is answered with a reset.
    const gone = new Promise((resolve) => socket.once('close', resolve));
    const knocking = setInterval(() => socket.write('x'), 20);
    await gone;
    clearInterval(knocking);
  });
});
