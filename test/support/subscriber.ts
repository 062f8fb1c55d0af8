import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Seen } from './checker.ts';
import { TestSocket } from './socket.ts';
import { until } from './until.ts';

interface Event {
  readonly sequence: number | null;
  readonly message?: { readonly id: string; readonly text: string };
  readonly channel: { readonly id: string };
}

const FIELDS = `sequence channel { id } ... on MessageSent { message { id text } }`;
const CHANNEL = `subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${FIELDS} } }`;
const INBOX = `subscription ($after: [ChannelPosition!]) { inbox(after: $after) { ${FIELDS} } }`;
const RETRY_MS = 50;

interface Frame {
  readonly type: string;
  readonly payload?: {
    readonly data?: Readonly<Record<string, Event>> | null;
    readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
  };
}

interface Request {
  /** Several: the next one is tried when one is gone. */
  readonly wsUrl: string | readonly string[];
  /** Whoever has it; a function where a later connection needs another. */
  readonly token: string | (() => string);
  readonly channelId: string;
  readonly field: 'channel' | 'inbox';
  readonly after?: number;
}

/** Reads one channel for as long as it is wanted: connects again whenever the socket or the subscription is gone, and resumes. */
export class Subscriber implements AsyncDisposable {
  readonly seen: Seen[] = [];
  /** When each event came, as `performance.now()`. */
  readonly seenAt: number[] = [];
  /** Codes with which the subscription ended. */
  readonly refusals: string[] = [];
  position: number;
  socket: TestSocket | null = null;
  readonly #request: Request;
  readonly #reading: Promise<void>;
  #wanted = true;
  #tries = 0;

  constructor(request: Request) {
    this.#request = request;
    this.position = request.after ?? 0;
    this.#reading = this.#read();
  }

  /** Waits until the subscription has brought the sequence. */
  reached(sequence: number, withinMs = 60_000): Promise<boolean> {
    return until(`${this.#request.field} to reach ${sequence}`, () => this.position >= sequence, withinMs);
  }

  saw(count: number, withinMs = 60_000): Promise<boolean> {
    return until(`${this.#request.field} to see ${count}`, () => this.seen.length >= count, withinMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wanted = false;
    this.socket?.webSocket.terminate();
    await this.#reading;
  }

  async #read(): Promise<void> {
    while (this.#wanted) {
      await this.#readOnce().catch(() => {});
      if (this.#wanted) await delay(RETRY_MS);
    }
  }

  async #readOnce(): Promise<void> {
    const { wsUrl, token, channelId, field } = this.#request;
    const urls = [wsUrl].flat();
    const url = urls[this.#tries++ % urls.length] ?? '';
    const socket = await TestSocket.connect(url, typeof token === 'string' ? token : token());
    this.socket = socket;
    socket.webSocket.on('message', (data) => this.#take(JSON.parse(String(data))));
    socket.frames.length = 0;
    const after = this.position;
    if (field === 'channel') socket.subscribe('1', CHANNEL, { id: channelId, after });
    else socket.subscribe('1', INBOX, { after: [{ channelId, sequence: after }] });
    if (socket.closed === null) await once(socket.webSocket, 'close');
  }

  #take({ type, payload }: Frame): void {
    // As a client does where a subscription ends with UNAVAILABLE: the same again.
    if (type === 'complete' || type === 'error') this.socket?.webSocket.terminate();
    if (type !== 'next') return;
    for (const { extensions } of payload?.errors ?? []) this.refusals.push(extensions?.code ?? 'no code');
    const event = payload?.data?.[this.#request.field];
    if (event === undefined || event.channel.id !== this.#request.channelId) return;
    const { sequence, message } = event;
    this.seen.push(message === undefined ? { sequence } : { sequence, ...message });
    this.seenAt.push(performance.now());
    if (sequence !== null) this.position = Math.max(this.position, sequence);
  }
}
