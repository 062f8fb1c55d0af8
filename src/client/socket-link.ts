import { ClientInboxDocument, ClientPresenceDocument } from '../../schema/generated/client.ts';
import { chunks } from './chunks.ts';
import { endOf } from './close-codes.ts';
import { errorFrom, type WireError } from './error.ts';
import type { ChannelEvent } from './event.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { endFrom, type Link, type LinkEnd, LinkError, type LinkOptions, type PresenceUpdate } from './link.ts';

interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly WireError[];
}

interface Operation {
  readonly next: (data: Readonly<Record<string, unknown>>) => void;
  readonly failed: (error: WireError) => void;
}

const PROTOCOL = 'graphql-transport-ws';

/** graphql-transport-ws over one WebSocket. Operation ids are counted, so that most clients have the same and servers can share frames. */
export class SocketLink implements Link {
  readonly transport = 'websocket';
  readonly ended: Promise<LinkEnd>;
  readonly #options: LinkOptions;
  readonly #socket: WebSocket;
  readonly #opened = Promise.withResolvers<void>();
  readonly #end: (end: LinkEnd) => void;
  readonly #operations = new Map<string, Operation>();
  readonly #clock: ReturnType<typeof setInterval>;
  #isOpen = false;
  #lastId = 0;
  #inboxId: string | null = null;
  #presenceIds: readonly string[] = [];
  #heardAt = performance.now();
  #askedAt: number | null = null;

  private constructor(options: LinkOptions) {
    this.#options = options;
    const { promise, resolve } = Promise.withResolvers<LinkEnd>();
    this.ended = promise;
    this.#socket = new WebSocket(options.endpoint.url, PROTOCOL);
    const timer = setTimeout(() => this.#finish('lost'), CLIENT_LIMITS.openMs);
    this.#clock = setInterval(() => this.#listen(), LISTEN_MS);
    this.#end = (end) => {
      clearTimeout(timer);
      clearInterval(this.#clock);
      this.#isOpen = false;
      this.#operations.clear();
      this.#opened.reject(new LinkError(end));
      resolve(end);
    };
    this.#socket.onopen = () => {
      this.#send({ type: 'connection_init', payload: credentials(options.accessToken) });
    };
    this.#socket.onmessage = ({ data }) => {
      clearTimeout(timer);
      this.#take(data);
    };
    this.#socket.onclose = ({ code }) => this.#end(endOf(code));
    // A close event follows.
    this.#socket.onerror = () => {};
  }

  static async open(options: LinkOptions): Promise<Link> {
    const link = new SocketLink(options);
    await link.#opened.promise;
    return link;
  }

  again(): void {
    if (!this.#isOpen) return;
    if (this.#inboxId !== null) this.#complete(this.#inboxId);
    const { positions, take } = this.#options;
    this.#inboxId = this.#subscribe(
      ClientInboxDocument,
      { after: positions() },
      { next: ({ inbox }) => take(inbox as ChannelEvent), failed: (error) => this.#finish(endFrom(errorFrom(error))) },
    );
  }

  watch(userIds: readonly string[]): void {
    if (!this.#isOpen) return;
    const before = this.#presenceIds;
    this.#presenceIds = chunks(userIds, CLIENT_LIMITS.presenceUsersMax).map((chunk) =>
      this.#subscribe(
        ClientPresenceDocument,
        { userIds: chunk },
        // Presence is no reason to let go of messages.
        { next: ({ presence }) => this.#options.takePresence(presence as PresenceUpdate), failed: () => {} },
      ),
    );
    for (const id of before) this.#complete(id);
  }

  renew(accessToken: string): void {
    if (this.#isOpen) this.#send({ type: 'ping', payload: credentials(accessToken) });
  }

  check(): void {
    if (!this.#isOpen || this.#askedAt !== null) return;
    this.#askedAt = performance.now();
    this.#send({ type: 'ping' });
  }

  close(): void {
    this.#finish('closed');
  }

  #take(data: unknown): void {
    this.#heardAt = performance.now();
    this.#askedAt = null;
    const frame = parse(data);
    if (frame !== null) this.#frames[frame.type]?.(frame);
  }

  readonly #frames: Readonly<Record<string, (frame: Frame) => void>> = {
    connection_ack: () => {
      this.#isOpen = true;
      this.again();
      this.#opened.resolve();
    },
    ping: () => this.#send({ type: 'pong' }),
    next: (frame) => {
      const { data, errors } = frame.payload as Result;
      if (errors?.[0] !== undefined) this.#failed(frame, errors[0]);
      else if (data) this.#operations.get(frame.id ?? '')?.next(data);
    },
    error: (frame) => this.#failed(frame, (frame.payload as readonly WireError[])[0]),
    complete: (frame) => this.#failed(frame, undefined),
  };

  /** The server has ended the operation; without an error it has nothing against beginning again. */
  #failed({ id = '' }: Frame, error: WireError = { message: 'The server has ended it.' }): void {
    const operation = this.#operations.get(id);
    this.#operations.delete(id);
    operation?.failed(error);
  }

  #subscribe(query: string, variables: object, operation: Operation): string {
    this.#lastId += 1;
    const id = String(this.#lastId);
    this.#operations.set(id, operation);
    this.#send({ type: 'subscribe', id, payload: { query, variables } });
    return id;
  }

  #complete(id: string): void {
    if (this.#operations.delete(id)) this.#send({ type: 'complete', id });
  }

  /** A network that has gone tells nobody: whoever has heard nothing for a while asks, and gives up without an answer. */
  #listen(): void {
    const now = performance.now();
    if (this.#askedAt !== null && now - this.#askedAt > CLIENT_LIMITS.answerMs) this.#finish('lost');
    else if (now - this.#heardAt > CLIENT_LIMITS.silenceMs) this.check();
  }

  #finish(end: LinkEnd): void {
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.onopen = null;
    // One that is not open yet is let go by closing it too; a code needs none of the other side.
    this.#socket.close();
    this.#end(end);
  }

  #send(frame: Frame): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}

const LISTEN_MS = 1_000;

const credentials = (accessToken: string) => ({ authorization: `Bearer ${accessToken}` });

function parse(data: unknown): Frame | null {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}
