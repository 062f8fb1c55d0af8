import {
  ClientEndpointDocument,
  ClientLogOutDocument,
  ClientRefreshSessionDocument,
  ClientSendMessageDocument,
} from '../../schema/generated/client.ts';
import { type AsyncCalls, Audience } from './audience.ts';
import { type Ask, authorizedBy } from './authorized.ts';
import type { ConnectionState, Transport } from './connection.ts';
import { ParleyError } from './error.ts';
import { Inbox } from './inbox.ts';
import { OutboxSender } from './outbox-sender.ts';
import type { News, Port, Snapshot } from './port.ts';
import { Presences } from './presences.ts';
import { request } from './request.ts';
import { type Endpoint, type Session, sessionFrom } from './session.ts';
import { SessionKeeper } from './session-keeper.ts';
import type { ClientStorage } from './storage.ts';

export interface AgentOptions {
  /** Of GraphQL over HTTP, at any node. */
  readonly url: string;
  /** Where the client would rather be. */
  readonly region: string | null;
  readonly storage: ClientStorage;
  readonly transports: readonly Transport[];
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

const REFRESH_MS_MAX = 4_000;
const DISCOVERED_MS_MAX = 10_000;

/** Speaks to the server for all tabs of a browser: one session, one connection, one outbox. */
export class Agent {
  readonly #options: AgentOptions;
  readonly #audience: Audience;
  readonly #keeper: SessionKeeper;
  readonly #outbox: OutboxSender;
  readonly #presences: Presences;
  readonly #ask: Ask;
  readonly #ready: Promise<void>;
  #inbox: Inbox | null = null;
  #viewerId: string | null = null;
  /** As of when there is nothing to show, where nobody is logged in. */
  readonly #offline: ConnectionState = { status: 'offline', since: Date.now() };

  constructor(options: AgentOptions) {
    this.#options = options;
    const { storage, exclusively, url } = options;
    this.#audience = new Audience(this.#calls(), (port) => this.#presences.leave(port));
    this.#presences = new Presences((update) => this.#tell({ kind: 'presence', update }));
    this.#keeper = new SessionKeeper({
      storage,
      exclusively,
      refresh: (refreshToken) => this.#refresh(refreshToken),
      changed: (session) => this.#changed(session),
    });
    this.#ask = authorizedBy(
      { token: () => this.#keeper.token(), refused: (token) => this.#keeper.refused(token) },
      url,
    );
    this.#outbox = new OutboxSender({
      storage,
      send: async ({ channelId, text, replyTo, nonce }, userId) => {
        if (this.#keeper.current?.viewer.id !== userId) throw new ParleyError('UNAUTHENTICATED', 'Log in first.');
        const { sent } = await this.#ask(ClientSendMessageDocument, { input: { channelId, text, replyTo, nonce } });
        if (sent === null) throw new ParleyError('UNAVAILABLE', 'Send it again.');
        return sent.message;
      },
      changed: (outbox) => this.#tell({ kind: 'outbox', outbox }),
      sent: ({ nonce, channelId }, message) => this.#tell({ kind: 'sent', nonce, channelId, message }),
    });
    this.#ready = this.#keeper.load();
  }

  /** A tab speaks through the port from now on. */
  connect(port: Port): void {
    this.#audience.join(port);
  }

  close(): void {
    this.#keeper.close();
    this.#outbox.close();
    this.#inbox?.close();
    this.#audience.close();
  }

  #tell(news: News): void {
    this.#audience.tell(news);
  }

  #calls() {
    return {
      attach: async (): Promise<Snapshot> => {
        await this.#ready;
        return {
          session: this.#keeper.current,
          connection: this.#inbox?.connection.state ?? this.#offline,
          outbox: this.#outbox.outbox,
          isListed: this.#inbox?.isListed ?? false,
        };
      },
      token: () => this.#keeper.token(),
      refused: async (accessToken) => this.#keeper.refused(accessToken),
      adopt: (session) => this.#keeper.adopt(session),
      logOut: () => this.#logOut(),
      list: async () => this.#inbox?.list(),
      send: (draft) => this.#outbox.add(draft),
      retry: (nonce) => this.#outbox.retry(nonce),
      discard: (nonce) => this.#outbox.discard(nonce),
      watch: async (userIds, port) => this.#presences.watch(port, userIds),
      wake: async () => {
        this.#outbox.wake();
        this.#inbox?.wake();
      },
    } satisfies AsyncCalls;
  }

  async #refresh(refreshToken: string): Promise<Session> {
    const options = { url: this.#options.url, accessToken: null, timeoutMs: REFRESH_MS_MAX };
    const { session } = await request(ClientRefreshSessionDocument, { refreshToken }, options);
    if (session === null) throw new ParleyError('UNAVAILABLE', 'Try again.');
    return sessionFrom(session, Date.now());
  }

  async #logOut(): Promise<void> {
    const accessToken = this.#keeper.current?.accessToken ?? null;
    await this.#keeper.adopt(null);
    // The session is over here whether the server can be told or not.
    await request(ClientLogOutDocument, {}, { url: this.#options.url, accessToken }).catch(() => {});
  }

  #changed(session: Session | null): void {
    this.#tell({ kind: 'session', session });
    this.#outbox.begin(session?.viewer.id ?? null).catch(() => {});
    if (session?.viewer.id === this.#viewerId) {
      if (session !== null) this.#inbox?.connection.renew(session.accessToken);
      return;
    }
    this.#viewerId = session?.viewer.id ?? null;
    this.#inbox?.close();
    this.#inbox = null;
    this.#presences.clear();
    if (session !== null) this.#follow(session);
  }

  #follow({ viewer, endpoint, receivedAt }: Session): void {
    const { transports } = this.#options;
    let discovered: Endpoint | null = Date.now() - receivedAt < DISCOVERED_MS_MAX ? endpoint : null;
    this.#inbox = new Inbox({
      viewerId: viewer.id,
      transports,
      ask: this.#ask,
      token: () => this.#keeper.token(),
      expired: (accessToken) => this.#keeper.refused(accessToken),
      endpoints: async () => {
        const first = discovered ?? (await this.#discover());
        discovered = null;
        return this.#alternatives(first);
      },
      takePresence: (update) => this.#presences.take(update),
      opened: (link) => this.#presences.use(link),
      news: (news) => this.#tell(news),
    });
  }

  async #discover(): Promise<Endpoint> {
    return (await this.#ask(ClientEndpointDocument, { region: this.#options.region })).endpoint;
  }

  /** The address that the application knows reaches some node, also where discovery's is out of reach from here. */
  #alternatives(endpoint: Endpoint): readonly Endpoint[] {
    const httpUrl = this.#options.url;
    return endpoint.httpUrl === httpUrl ? [endpoint] : [endpoint, { httpUrl, url: httpUrl.replace(/^http/, 'ws') }];
  }
}
