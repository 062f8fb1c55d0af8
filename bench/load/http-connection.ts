import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { receiveInto } from './receive-buffer.ts';

const ANSWER_MS_MAX = 15_000;

interface Waiting {
  readonly resolve: (body: string) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * A kept-alive connection with one request in flight: what it costs the client is a write and a look at the answer. Servers close what has
 * been idle for some seconds: the next request opens it again.
 */
export class HttpConnection {
  readonly #port: number;
  #socket: Socket;
  #answer: Buffer[] = [];
  #waiting: Waiting | null = null;

  private constructor(port: number) {
    this.#port = port;
    this.#socket = this.#connect();
  }

  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection(port);
    await once(connection.#socket, 'connect');
    return connection;
  }

  /** The answer's body. Rejects for any status but 200 and for GraphQL errors. */
  post(path: string, headers: Readonly<Record<string, string>>, body: string): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const timer = setTimeout(() => this.#settle(new Error('No answer over HTTP in time')), ANSWER_MS_MAX);
    this.#waiting = { resolve, reject, timer };
    if (this.#socket.destroyed) this.#socket = this.#connect();
    this.#socket.write(requestOf(this.#port, path, headers, body));
    return promise;
  }

  close(): void {
    this.#socket.destroy();
  }

  #connect(): Socket {
    this.#answer = [];
    const socket = connect({
      ...{ host: '127.0.0.1', port: this.#port, noDelay: true },
      onread: receiveInto((bytes, length) => this.#receive(Buffer.from(bytes.subarray(0, length)))),
    });
    const ended = (error: Error): void => {
      if (socket === this.#socket) this.#settle(error);
    };
    socket.on('error', ended);
    socket.on('close', () => ended(new Error('The server closed an HTTP connection')));
    return socket;
  }

  #receive(bytes: Buffer): void {
    this.#answer.push(bytes);
    const answer = this.#answer.length === 1 ? bytes : Buffer.concat(this.#answer);
    const body = wholeBody(answer);
    if (body === null) {
      this.#answer = [answer];
      return;
    }
    this.#answer = [];
    const isRefused =
      !answer.toString('latin1', 0, 12).endsWith(' 200') || body.includes('"errors"') || body.includes('"error":');
    this.#settle(isRefused ? new Error(`A request was refused: ${body.slice(0, 300)}`) : body);
  }

  #settle(result: string | Error): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    this.#waiting = null;
    clearTimeout(waiting.timer);
    if (typeof result === 'string') waiting.resolve(result);
    else waiting.reject(result);
  }
}

function requestOf(port: number, path: string, headers: Readonly<Record<string, string>>, body: string): string {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/json',
    'Accept: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** Null while the answer has not come whole. */
function wholeBody(answer: Buffer): string | null {
  const headerEnd = answer.indexOf('\r\n\r\n');
  if (headerEnd < 0) return null;
  const header = answer.toString('latin1', 0, headerEnd).toLowerCase();
  const from = headerEnd + 4;
  if (header.includes('transfer-encoding: chunked')) return wholeChunks(answer, from);
  const length = Number(/content-length: *(\d+)/.exec(header)?.[1] ?? 0);
  return answer.length - from < length ? null : answer.toString('utf8', from, from + length);
}

function wholeChunks(answer: Buffer, from: number): string | null {
  const chunks: Buffer[] = [];
  for (let at = from; ; ) {
    const lineEnd = answer.indexOf('\r\n', at);
    if (lineEnd < 0) return null;
    const size = Number.parseInt(answer.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (end + 2 > answer.length) return null;
    if (size === 0) return Buffer.concat(chunks).toString('utf8');
    chunks.push(answer.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
