import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { FrameMaker, NextEnd } from '../../src/gateway/frame.ts';
import { createFrameWriter, type FrameWriter, WriteTurn } from '../../src/gateway/frame-writer.ts';
import { Payload } from '../../src/graphql/payload.ts';
import { StrictFrames } from '../support/frames.ts';
import { until } from '../support/until.ts';

interface Opened {
  readonly writer: FrameWriter;
  readonly webSocket: WebSocket;
  /** The server's end. */
  readonly stream: Socket;
  readonly writes: number[];
  rooms: number;
}

/** Raw frames, and ws' own where compression was negotiated. */
describe.each([{ compress: false }, { compress: true }])('a frame writer, compression $compress', ({ compress }) => {
  let server: ReturnType<typeof createServer>;
  let webSockets: WebSocketServer;
  let opened: Opened[];
  let port: number;

  beforeEach(async () => {
    opened = [];
    const shared = { maker: new FrameMaker(), turn: new WriteTurn() };
    webSockets = new WebSocketServer({ noServer: true, perMessageDeflate: compress ? { threshold: 0 } : false });
    server = createServer().on('upgrade', (request, stream, head) => {
      webSockets.handleUpgrade(request, stream, head, (webSocket) => {
        const writes: number[] = [];
        const write = request.socket.write.bind(request.socket);
        request.socket.write = ((chunk: Buffer, ...rest: []) => {
          writes.push(chunk.length);
          return write(chunk, ...rest);
        }) as Socket['write'];
        const one = { webSocket, stream: request.socket, writes, rooms: 0 };
        const listener = {
          roomAgain: () => {
            entry.rooms += 1;
          },
        };
        const writer = createFrameWriter({ webSocket, shared, stream: request.socket, listener });
        const entry: Opened = { ...one, writer };
        opened.push(entry);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    webSockets.close();
    for (const { webSocket } of opened) webSocket.terminate();
    server.close();
  });

  async function open() {
    const client = new WebSocket(`ws://127.0.0.1:${port}`);
    const messages: string[] = [];
    client.on('message', (data, isBinary) => messages.push(isBinary ? 'binary' : String(data)));
    await once(client, 'open');
    const entry = await until('the server to have it', () => opened.at(-1));
    return { ...entry, entry, client, messages };
  }

  it('gives each client its own messages, in order', async () => {
    const clients = [await open(), await open(), await open()];
    const payloads = Array.from(
      { length: 50 },
      (_, index) => new Payload({ data: { index, text: 'é"\n'.repeat(index) } }),
    );
    const ids = ['1', crypto.randomUUID(), '1'];
    for (const [turn, payload] of payloads.entries()) {
      for (const [index, { writer }] of clients.entries()) writer.next(payload, new NextEnd(ids[index] ?? ''));
      if (turn % 3 === 0) await delay(1);
      for (const { writer } of clients) writer.text('{"type":"pong"}');
    }
    for (const [index, { messages }] of clients.entries()) {
      await until('all messages', () => messages.length === 100);
      const expected = payloads.flatMap(({ result }) => [
        { type: 'next', payload: result, id: ids[index] },
        { type: 'pong' },
      ]);
      expect(messages.map((message) => JSON.parse(message))).toEqual(expected);
    }
  });

  it('mixes with what ws itself sends, and hands over before a close', async () => {
    const { writer, webSocket, client, messages } = await open();
    writer.text('one');
    webSocket.ping();
    writer.text('two');
    writer.flush();
    webSocket.close(4_410, 'Too slow');
    const [code] = await once(client, 'close');
    expect([code, messages]).toEqual([4_410, ['one', 'two']]);
    writer.text('too late');
    writer.flush();
  });

  it('has no room while the peer takes nothing, and says when it has again', async () => {
    const { writer, entry, client, messages } = await open();
    client.pause();
    const text = Array.from({ length: 2_000 }, () => crypto.randomUUID()).join('');
    let sent = 0;
    for (; writer.hasRoom && sent < 2_000; sent += 1) {
      writer.text(text);
      await new Promise(setImmediate);
    }
    expect(writer.hasRoom).toBe(false);
    expect(writer.waitingBytes).toBeGreaterThan(0);
    expect(sent).toBeLessThan(2_000);
    const before = entry.rooms;
    client.resume();
    await until('room', () => writer.hasRoom && entry.rooms > before);
    await until('all to arrive', () => messages.length === sent);
    expect(messages.every((message) => message === text)).toBe(true);
  });

  if (compress) return;

  it('joins the frames of a turn in one write, up to a bound', async () => {
    const { writer, writes, stream, messages } = await open();
    for (let index = 0; index < 10; index += 1) writer.text(`${index}`);
    await until('all messages', () => messages.length === 10);
    expect(writes).toEqual([30]);
    const large = 'x'.repeat(stream.writableHighWaterMark / 2);
    for (let index = 0; index < 5; index += 1) writer.text(large);
    await until('all messages', () => messages.length === 15);
    expect(writes).toHaveLength(4);
  });

  it('writes what a strict reader takes', async () => {
    const peer = connect(port, '127.0.0.1');
    const key = 'dGhlIHNhbXBsZSBub25jZQ==';
    peer.write(
      `GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    const frames = new StrictFrames();
    const [handshake] = (await once(peer, 'data')) as [Buffer];
    frames.push(handshake.subarray(handshake.indexOf('\r\n\r\n') + 4));
    peer.on('data', (bytes: Buffer) => frames.push(bytes));
    const { writer, webSocket } = await until('the server to have it', () => opened.at(-1));
    for (const length of [1, 125, 126, 65_535, 65_536, 200_000]) {
      writer.next(new Payload({ data: { text: 'y'.repeat(length) } }), new NextEnd('1'));
      writer.text('z'.repeat(length));
      webSocket.ping();
      await delay(1);
    }
    writer.flush();
    webSocket.close(1_012, 'Service restart');
    await until('the close', () => frames.frames.at(-1)?.opcode === 8);
    expect(frames.texts.map(({ length }) => length).filter((length) => length > 60_000)).toHaveLength(6);
    expect(frames.texts).toHaveLength(12);
    peer.destroy();
  });
});

describe('a write turn', () => {
  let turn: WriteTurn;
  let handedAt: number[];
  beforeEach(() => {
    turn = new WriteTurn();
    handedAt = [];
  });
  const taking = (ms: number) => ({
    flush(): void {
      const beganAt = performance.now();
      while (performance.now() - beganAt < ms);
      handedAt.push(performance.now());
    },
  });

  it('gathers for as long as handing over took', async () => {
    const first = Promise.withResolvers<void>();
    turn.add({
      flush() {
        taking(19).flush();
        first.resolve();
      },
    });
    await first.promise;
    for (let index = 0; index < 5; index += 1) turn.add(taking(0));
    await new Promise(setImmediate);
    expect(handedAt).toHaveLength(1);
    await until('the others', () => handedAt.length === 6);
    // A timer may be early by its last millisecond.
    expect((handedAt[1] ?? 0) - (handedAt[0] ?? 0)).toBeGreaterThan(17);
  });

  it('hands over at the end of the turn where that takes no time', async () => {
    // A busy machine may make it take some, but not each time.
    const isAtOnce = async () => {
      const before = handedAt.length;
      turn.add(taking(0));
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      return handedAt.length > before;
    };
    await until('one that is handed over at once', isAtOnce);
  });

  it('gathers no longer than 20 ms, however long handing over took', async () => {
    const tookMs = 500;
    turn.add(taking(tookMs));
    await until('the first', () => handedAt.length === 1);
    turn.add(taking(0));
    await until('the second', () => handedAt.length === 2);
    // Far from both, so that a busy machine changes nothing.
    expect((handedAt[1] ?? 0) - (handedAt[0] ?? 0)).toBeLessThan(tookMs / 2);
  });
});
