import { connect, type Socket } from 'node:net';
import type { Dialect, Seat } from '../dialects/dialect.ts';
import { findBody, numberAt, sentMicrosAt } from './body.ts';
import { nowMicros } from './clock.ts';
import { clientFrame, FrameReader, OPCODES } from './frames.ts';
import { receiveInto } from './receive-buffer.ts';
import type { Tally } from './tally.ts';

export interface MemberSocketOptions {
  readonly seat: Seat;
  readonly dialect: Dialect;
  readonly port: number;
  /** Of this machine; servers that limit an address see many clients, not one. */
  readonly localAddress: string;
  readonly tally: Tally;
  /** Called once: the server has taken the subscription. */
  readonly subscribed: () => void;
  /** Called once, unless the socket was closed from here. */
  readonly lost: (reason: string) => void;
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const HEADER_END = '\r\n\r\n';

/** One member's WebSocket, over bare TCP: a message costs a search for its text and a count. */
export class MemberSocket {
  readonly #options: MemberSocketOptions;
  readonly #socket: Socket;
  readonly #frames: FrameReader;
  /** The server's answer to the upgrade as far as it has come; null once it has come whole. */
  #upgrade: string | null = '';
  /** Where in a frame the last text stood: the next stands there too, mostly. */
  #bodyOffset = 0;
  #isSubscribed = false;
  #isClosed = false;
  /** The operation under way besides the subscription. */
  #operation: PromiseWithResolvers<void> | null = null;

  constructor(options: MemberSocketOptions) {
    this.#options = options;
    const { dialect, port, localAddress } = options;
    this.#frames = new FrameReader((opcode, bytes, start, end) => this.#take(opcode, bytes, start, end));
    this.#socket = connect({
      ...{ host: '127.0.0.1', port, localAddress, noDelay: true },
      onread: receiveInto((bytes, length) => this.#receive(bytes, length)),
    });
    this.#socket.on('error', (error) => this.#drop(error.message));
    this.#socket.on('close', () => this.#drop('closed by the server'));
    this.#socket.on('connect', () => this.#socket.write(upgradeRequest(dialect, port)));
  }

  get isSubscribed(): boolean {
    return this.#isSubscribed;
  }

  /** Sends a frame that starts an operation, one at a time; resolves when the server has completed it. */
  operate(frame: string): Promise<void> {
    this.#operation = Promise.withResolvers();
    this.#send(frame);
    return this.#operation.promise;
  }

  /** Cuts the connection without a word, as a network does. */
  cut(): void {
    this.#isClosed = true;
    this.#socket.resetAndDestroy();
  }

  #receive(bytes: Buffer, length: number): void {
    if (this.#upgrade === null) this.#frames.read(bytes, 0, length);
    else this.#takeUpgrade(bytes, length, this.#upgrade);
  }

  #takeUpgrade(bytes: Buffer, length: number, before: string): void {
    const answer = before + bytes.toString('latin1', 0, length);
    const end = answer.indexOf(HEADER_END);
    if (end < 0) {
      this.#upgrade = answer;
      return;
    }
    this.#upgrade = null;
    if (!answer.startsWith('HTTP/1.1 101')) {
      this.#drop(answer.slice(0, answer.indexOf('\r\n')));
      return;
    }
    this.#send(this.#options.dialect.initialise(this.#options.seat));
    const from = end + HEADER_END.length - before.length;
    this.#frames.read(bytes, from, length);
  }

  #take(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === OPCODES.text) this.#takeText(bytes, start, end);
    else if (opcode === OPCODES.ping) this.#socket.write(clientFrame(bytes.subarray(start, end), OPCODES.pong));
    else if (opcode === OPCODES.close) this.#drop(`close frame ${bytes.readUInt16BE(start)}`);
  }

  #takeText(bytes: Buffer, start: number, end: number): void {
    const { dialect, seat, tally } = this.#options;
    let body = findBody(bytes, start, end, start + this.#bodyOffset);
    if (body < 0) {
      this.#takeControl(bytes.toString('utf8', start, end));
      return;
    }
    this.#bodyOffset = body - start;
    const now = nowMicros();
    while (body >= 0) {
      tally.delivered(seat.index, numberAt(bytes, body), sentMicrosAt(bytes, body), now);
      body = dialect.joinsMessages ? findBody(bytes, body + 2, end, -1) : -1;
    }
    if (dialect.joinsMessages && hasPingLine(bytes, start, end)) this.#send(dialect.pong);
  }

  #takeControl(frame: string): void {
    const { dialect, seat, subscribed } = this.#options;
    for (const meaning of dialect.meanings(frame)) {
      if (meaning === 'acknowledged') for (const text of dialect.subscribe(seat)) this.#send(text);
      else if (meaning === 'ping') this.#send(dialect.pong);
      else if (meaning === 'refused') this.#drop(frame.slice(0, 300));
      else if (meaning === 'completed') this.#operation?.resolve();
      else if (meaning === 'subscribed' && !this.#isSubscribed) {
        this.#isSubscribed = true;
        subscribed();
      }
    }
  }

  #send(text: string): void {
    this.#socket.write(clientFrame(text));
  }

  #drop(reason: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#socket.destroy();
    this.#operation?.reject(new Error(reason));
    this.#options.lost(reason);
  }
}

function upgradeRequest({ socketPath, subprotocol }: Dialect, port: number): string {
  const lines = [
    `GET ${socketPath} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${KEY}`,
    'Sec-WebSocket-Version: 13',
    ...(subprotocol === null ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return `${lines.join('\r\n')}${HEADER_END}`;
}

function hasPingLine(bytes: Buffer, start: number, end: number): boolean {
  const at = bytes.indexOf('\n{}', start, 'latin1');
  return (at >= 0 && at < end) || bytes.toString('latin1', start, start + 3) === '{}\n';
}
