import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, PASSWORD, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const MIB = 1_024 * 1_024;
const CHANNEL =
  'subscription ($id: ID!) { channel(id: $id, after: 0) { sequence ... on MessageSent { message { text } } } }';
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
const POLL = 'query ($after: [ChannelPosition!]!) { updates(after: $after, wait: 5) { more } }';

describe('clients that vanish', () => {
  let node: Node;
  let person: Person;
  let channelId: string;
  beforeAll(async () => {
    node = await startNode({ env: { LOG_LEVEL: 'trace' } });
    person = await signUp(node.url, 'fugitive');
    channelId = await createGroup(node.url, person, []);
    for (let index = 0; index < 50; index += 1) await send(node.url, person, channelId, `line ${index}`);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const faults = (): readonly string[] =>
    node.output.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));

  it('at any moment of an operation leave no fault and nothing behind', async () => {
    const vanish = async (index: number): Promise<void> => {
      const socket = new TestSocket(node.wsUrl);
      await once(socket.webSocket, 'open');
      socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}` } });
      if (index % 4 !== 0) await until('an answer', () => socket.frames.length > 0 || socket.closed !== null);
      if (socket.closed === null) {
        socket.subscribe('1', CHANNEL, { id: channelId });
        socket.subscribe(
          '2',
          '{ viewer { channels(first: 10) { edges { node { members(first: 50) { totalCount } } } } } }',
        );
        socket.subscribe('3', SEND, { input: { channelId, text: 'going', nonce: crypto.randomUUID() } });
        socket.subscribe('4', POLL, { after: [{ channelId, sequence: 1_000 }] });
      }
      // Any moment is as good as another.
      await delay((index % 10) * 2);
      socket.webSocket.terminate();
    };
    for (let round = 0; round < 20; round += 1) {
      await Promise.all(Array.from({ length: 10 }, (_, index) => vanish(round * 10 + index)));
    }
    for (let index = 0; index < 40; index += 1) {
      const abort = new AbortController();
      const body = JSON.stringify({ query: index % 2 === 0 ? CHANNEL : POLL, variables: { id: channelId, after: [] } });
      const headers = {
        'content-type': 'application/json',
        accept: index % 2 === 0 ? 'text/event-stream' : 'application/json',
        authorization: `Bearer ${person.token}`,
      };
      const asking = fetch(node.url, { method: 'POST', headers, body, signal: abort.signal }).catch(() => null);
      await delay(index % 8);
      abort.abort();
      await asking;
    }
    expect(faults()).toEqual([]);
    // All their places are free again.
    await until('every place to be free', async () => {
      const sockets = await Promise.allSettled(
        Array.from({ length: 20 }, () => TestSocket.connect(node.wsUrl, person.token)),
      );
      for (const socket of sockets) if (socket.status === 'fulfilled') socket.value.webSocket.terminate();
      return sockets.every(({ status }) => status === 'fulfilled');
    });
    await until('a stream to be taken', async () => {
      await using source = await EventSource.open(node.url, person.token, '{ viewer { id } }');
      return source.status === 200;
    });
  }, 60_000);

  it('while their handshakes wait for a turn leave their places', async () => {
    const { port } = new URL(node.url);
    const upgrade =
      `GET /graphql HTTP/1.1\r\nHost: localhost:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n\r\n`;
    const { socketsPendingPerAddressMax: places } = LIMITS;
    const knock = async (): Promise<readonly Socket[]> => {
      const sockets = Array.from({ length: places }, () => connect(Number(port), '127.0.0.1').on('error', () => {}));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      for (const socket of sockets) socket.write(upgrade);
      return sockets;
    };
    const leave = (sockets: readonly Socket[]): void => {
      for (const socket of sockets) socket.resetAndDestroy();
    };
    for (let round = 0; round < 10; round += 1) {
      const sockets = await knock();
      // Any moment is as good as another.
      await delay(round);
      leave(sockets);
    }
    expect(faults()).toEqual([]);
    await until('every place to be free', async () => {
      const sockets = await knock();
      const answers = await Promise.all(sockets.map(async (socket) => String((await once(socket, 'data'))[0])));
      leave(sockets);
      return answers.every((answer) => answer.startsWith('HTTP/1.1 101'));
    });
  });

  it('and come back 2,000 times do not make the node grow', async () => {
    const visit = async (): Promise<void> => {
      const socket = await TestSocket.connect(node.wsUrl, person.token);
      socket.subscribe('1', 'subscription { inbox { sequence } }');
      socket.send({ type: 'ping' });
      await socket.frame('pong');
      socket.webSocket.terminate();
    };
    const visits = async (count: number): Promise<void> => {
      for (let done = 0; done < count; done += 10) await Promise.all(Array.from({ length: 10 }, visit));
    };
    await visits(500);
    const before = await node.memoryBytes();
    await visits(2_000);
    expect((await node.memoryBytes()) - before).toBeLessThan(100 * MIB);
    expect(faults()).toEqual([]);
  }, 60_000);

  it('leave no secret in the log, even of everything that it can say', async () => {
    const wrong = `not the ${PASSWORD}`;
    const logIn = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
    await run(node.url, null, logIn, { input: { handle: 'fugitive', password: wrong } }).catch(() => {});
    await run(node.url, `${person.token}x`, '{ viewer { id } }').catch(() => {});
    await run(node.url, null, 'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken } }', {
      token: `${person.refreshToken}x`,
    }).catch(() => {});
    await using socket = new TestSocket(node.wsUrl);
    await once(socket.webSocket, 'open');
    socket.send({ type: 'connection_init', payload: { authorization: `Bearer ${person.token}x` } });
    await socket.end();
    for (const secret of [PASSWORD, person.token, person.refreshToken, 'scrypt', 'Bearer ', 'line 7']) {
      expect(node.output).not.toContain(secret);
    }
  });
});
