import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { type Node, startNode } from '../support/node.ts';
import { until } from '../support/until.ts';

const { requestConnectionsMin, surplusConnectionsMax } = LIMITS;

interface Response {
  readonly status: number;
  readonly text: string;
}

/** On a connection of its own, as nobody's pool would have it. Status 0: closed unanswered. */
async function get(port: number, path: string, headers = ''): Promise<Response> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n${headers}\r\n`);
  await until('an answer or the end', () => socket.closed || /^HTTP\/1.1 101|\r\n\r\n./s.test(text)).catch(() => {});
  socket.destroy();
  return { status: Number(/^HTTP\/1.1 (\d+)/.exec(text)?.[1] ?? 0), text };
}

async function hold(port: number, count: number): Promise<readonly Socket[]> {
  const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => {}));
  await until('connections', () => sockets.every(({ connecting }) => !connecting));
  return sockets;
}

describe('a node that holds as many connections as it may', () => {
  let node: Node;
  let port: number;
  let held: readonly Socket[] = [];
  beforeAll(async () => {
    node = await startNode({ env: { CONNECTIONS_MAX: '1' } });
    port = Number(new URL(node.url).port);
  });
  // One that says nothing for long is cut.
  beforeEach(async () => {
    held = held.filter(({ closed }) => !closed);
    held = [...held, ...(await hold(port, requestConnectionsMin + 1 - held.length))];
    await until('the node to be full', async () => (await get(port, '/graphql')).status === 503);
  });
  afterAll(async () => {
    for (const socket of held) socket.destroy();
    await node[Symbol.asyncDispose]();
  });

  const UPGRADE =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

  // Only sockets and streams were counted: connections that said nothing came on top, without a bound.
  it.each(['/graphql?query={__typename}', '/', '/graphql'])(
    'answers %s with 503, and lets the connection go',
    async (path) => {
      const { status, text } = await get(port, path);
      expect(status).toBe(503);
      expect(text).toMatch(/^connection: close/im);
      expect(text).toMatch(/^retry-after: 1/im);
      expect(text).toContain('"code":"UNAVAILABLE"');
    },
  );

  it('refuses a WebSocket with 503', async () => {
    expect((await get(port, '/graphql', UPGRADE)).status).toBe(503);
  });

  it.each(['/health', '/ready', '/metrics'])('says at %s how it is', async (path) => {
    expect((await get(port, path)).status).toBe(200);
  });

  it('closes what is too much even for that, says so once in its log, and takes all again when some have gone', async () => {
    const more = await hold(port, surplusConnectionsMax);
    await until('one to be closed unanswered', async () => (await get(port, '/health')).status === 0);
    for (const socket of [...more, ...held.slice(0, 10)]) socket.destroy();
    await until('it to take requests', async () => (await get(port, '/graphql?query={__typename}')).status === 200);
    expect((await get(port, '/graphql', UPGRADE)).status).toBe(101);
    expect(node.output.split('the node is full').length - 1).toBeLessThanOrEqual(2);
  });
});
