import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CLOSE_CODES } from '../../src/gateway/close-codes.ts';
import { Conversation } from '../../src/gateway/conversation.ts';
import { FrameMaker, NextEnd } from '../../src/gateway/frame.ts';
import { WriteTurn } from '../../src/gateway/frame-writer.ts';
import { ResponseFlow } from '../../src/gateway/response-flow.ts';
import { Socket } from '../../src/gateway/socket.ts';
import { answerOf } from '../../src/graphql/answer.ts';
import { Payload } from '../../src/graphql/payload.ts';
import type { Answers } from '../../src/graphql/response-stream.ts';
import { RESULTS_PER_TURN, ResponseStream } from '../../src/graphql/response-stream.ts';
import { until } from '../support/until.ts';

const QUEUE_HARD_BYTES = 1_000_000;

interface Opened {
  readonly socket: Socket;
  readonly webSocket: WebSocket;
}

/** Raw frames, and ws' own where compression was negotiated. */
describe.each([{ compress: false }, { compress: true }])('a socket, compression $compress', ({ compress }) => {
  let server: ReturnType<typeof createServer>;
  let opened: Opened[];
  let port: number;

  beforeEach(async () => {
    opened = [];
    const shared = { maker: new FrameMaker(), turn: new WriteTurn() };
    const limits = { queueHardBytes: QUEUE_HARD_BYTES, framesPerSecond: 1_000, framesBurst: 10_000 };
    const about = { requestId: null, clientAddress: '', baseUrl: '', limits };
    const webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: compress ? { threshold: 0 } : false });
    server = createServer().on('upgrade', (request, _stream, head) => {
      webSockets.handleUpgrade(request, request.socket, head, (webSocket) => {
        webSocket.on('error', () => {});
        opened.push({ socket: new Socket({ webSocket, stream: request.socket, shared, ...about }), webSocket });
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    for (const { webSocket } of opened) webSocket.terminate();
    server.close();
  });

  async function open() {
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(client, 'open');
    return { ...(await until('the server to have it', () => opened.at(-1))), client };
  }

  /** A subscription that always has another event. */
  function endless(socket: Socket) {
    const counts = { taken: 0 };
    const source = { isEnded: false, take: () => (counts.taken += 1) };
    const payload = new Payload({ data: { text: 'hello' } });
    const answers: Answers = { answer: () => answerOf(() => payload), failed: () => ({}) };
    const responses = new ResponseStream(source, answers);
    return { counts, flow: new ResponseFlow('1', responses, { socket, finished: () => {} }) };
  }

  // Nothing leaves any more, so that there was always room: a catch-up was read to its end for nobody.
  it('takes no more answers for who is gone, until it is told so', async () => {
    const { socket, webSocket } = await open();
    const { counts, flow } = endless(socket);
    webSocket.terminate();
    await until('it to be gone', () => webSocket.readyState === WebSocket.CLOSED);
    flow.start();
    await delay(50);
    expect(counts.taken).toBeLessThanOrEqual(RESULTS_PER_TURN);
    socket.closed();
    await delay(10);
    expect(counts.taken).toBeLessThanOrEqual(RESULTS_PER_TURN);
  });

  /** A client that leaves its connection open, whatever comes. */
  async function openRaw() {
    const raw = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    const received: Buffer[] = [];
    raw.on('error', () => {}).on('data', (bytes: Buffer) => received.push(bytes));
    const extensions = compress ? 'Sec-WebSocket-Extensions: permessage-deflate\r\n' : '';
    raw.write(
      `GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\n${extensions}\r\n`,
    );
    const frames = (): string | undefined => Buffer.concat(received).toString('latin1').split('\r\n\r\n')[1];
    return { ...(await until('the server to have it', () => opened.at(-1))), raw, frames };
  }

  it('takes no more for who has sent a close frame and leaves the connection open', async () => {
    const { socket, raw, frames } = await openRaw();
    const { counts, flow } = endless(socket);
    raw.write(Buffer.from([0x88, 0x80, 0, 0, 0, 0]));
    await until('it to be closing', () => !socket.isOpen);
    flow.start();
    await delay(50);
    expect(counts.taken).toBeLessThanOrEqual(RESULTS_PER_TURN);
    expect(frames()).toBe('\x88\x00');
    raw.destroy();
  });

  // RFC 6455, 5.5.1.
  it('sends nothing after its own close frame', async () => {
    const { socket, raw, frames } = await openRaw();
    socket.close({ code: 4000, reason: '' });
    socket.next(new Payload({ data: { text: 'late' } }), new NextEnd('1'));
    await socket.send('late');
    await until('the close frame', () => frames() !== '');
    await delay(50);
    expect(frames()).toBe('\x88\x02\x0f\xa0');
    raw.destroy();
  });

  // Each pong waited by itself until there was room, and kept its ping's payload: 96 MB of one peer that read nothing.
  it('closes who asks for more replies than may wait, and reads none', async () => {
    const { socket, webSocket, client } = await open();
    const identity = { viewer: null, connect: async () => true, renew: async () => {} };
    const conversation = new Conversation(socket, identity, {} as never);
    webSocket.on('message', (data) => void conversation.take(String(data)));
    client.pause();
    // Random, so that it is no shorter compressed.
    const noise = Buffer.from(crypto.getRandomValues(new Uint8Array(48_000))).toString('base64');
    const ping = JSON.stringify({ type: 'ping', payload: { noise } });
    const closing = once(client, 'close');
    for (let sent = 0; sent < 1_000 && socket.isOpen; sent += 1) {
      client.send(ping);
      await delay(1);
    }
    expect(socket.isOpen).toBe(false);
    webSocket.on('close', () => socket.closed());
    client.resume();
    const [code] = await closing;
    expect(code).toBe(CLOSE_CODES.tooSlow.code);
  });

  it('lets answers be as long as they are', async () => {
    const { socket, client } = await open();
    const received: number[] = [];
    client.on('message', (data) => received.push(String(data).length));
    const long = 'x'.repeat(3 * QUEUE_HARD_BYTES);
    await Promise.all([socket.send(long), socket.send(long), socket.send('short')]);
    await until('all to have come', () => received.length === 3);
    expect(received).toEqual([long.length, long.length, 5]);
  });
});
