import {
  ClientCreateGroupDocument,
  ClientLogInDocument,
  ClientOpenDirectChannelDocument,
  ClientSignUpDocument,
  type Delivery,
  type SessionPartsFragment,
  type TypedDocument,
} from '../../schema/generated/client.ts';
import { AgentCaller } from './agent-caller.ts';
import { type Ask, authorizedBy } from './authorized.ts';
import type { Channel } from './channel.ts';
import { ChatChannel } from './chat-channel.ts';
import type { ConnectionState } from './connection.ts';
import { ParleyError } from './error.ts';
import type { ChannelEvent } from './event.ts';
import { findUser } from './members.ts';
import type { Outbox } from './outbox.ts';
import type { Port } from './port.ts';
import type { Presence } from './presence.ts';
import { uuid } from './random.ts';
import { request } from './request.ts';
import { sessionFrom, type User } from './session.ts';
import type { Signal } from './signal.ts';
import { Store } from './store.ts';

export interface ClientParts {
  /** Of GraphQL over HTTP. */
  readonly url: string;
  readonly region: string | null;
  /** Finds an agent, and another when that one is gone. Returns what ends it. */
  readonly reach: (use: (port: Port) => void) => () => void;
}

export interface NewGroup {
  readonly name: string;
  /** Handles of its first members, beside the viewer. */
  readonly people: readonly string[];
  readonly delivery?: Delivery;
}

/** One user's chat. */
export class Client implements Disposable {
  readonly #parts: ClientParts;
  readonly #agent: AgentCaller;
  readonly #store: Store;
  readonly #ask: Ask;
  readonly #channels = new Map<string, ChatChannel>();
  readonly #listeners = new Set<(event: ChannelEvent) => void>();
  readonly #attached = Promise.withResolvers<void>();
  readonly #ends: (() => void)[] = [];

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#agent = new AgentCaller({
      attached: (snapshot) => {
        this.#store.attached(snapshot);
        this.#attached.resolve();
      },
      news: (news) => this.#store.take(news),
    });
    this.#ask = authorizedBy(
      {
        token: () => this.#agent.call('token'),
        refused: (accessToken) => void this.#agent.call('refused', accessToken).catch(() => {}),
      },
      parts.url,
    );
    this.#store = new Store({
      ask: this.#ask,
      list: () => void this.#agent.call('list').catch(() => {}),
      watch: (userIds) => this.#watch(userIds),
      happened: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
    });
    this.onClose(parts.reach((port) => this.#agent.use(port)));
  }

  /** Who is logged in; null where nobody is. */
  get viewer(): Signal<User | null> {
    return this.#store.viewer;
  }

  get connection(): Signal<ConnectionState> {
    return this.#store.connection;
  }

  /** The most recently active first. */
  get channels(): Signal<readonly Channel[]> {
    return this.#store.channels;
  }

  /** Whether {@link channels} have been read: before that an empty list means nothing. */
  get isListed(): Signal<boolean> {
    return this.#store.isListed;
  }

  /** What waits to be sent, in all channels. */
  get outbox(): Signal<Outbox> {
    return this.#store.outbox;
  }

  /** Resolves once it is known whether an earlier session goes on: then {@link viewer} says whose. */
  async ready(): Promise<User | null> {
    await this.#attached.promise;
    return this.viewer.get();
  }

  /** Makes an account and logs it in. */
  async signUp(input: { readonly handle: string; readonly name: string; readonly password: string }): Promise<User> {
    return this.#enter(ClientSignUpDocument, input);
  }

  async logIn(input: { readonly handle: string; readonly password: string }): Promise<User> {
    return this.#enter(ClientLogInDocument, input);
  }

  /** Ends the session, on this device alone. What has not been sent is kept until the same user comes back. */
  async logOut(): Promise<void> {
    await this.#agent.call('logOut');
  }

  channel(id: string): ChatChannel {
    const known = this.#channels.get(id);
    if (known !== undefined) return known;
    const state = this.#store.channel(id);
    const open = (): (() => void) => this.#store.look(state);
    const channel = new ChatChannel({ state, ask: this.#ask, agent: this.#agent, open });
    this.#channels.set(id, channel);
    return channel;
  }

  /** Asked of the server while somebody is subscribed. */
  presence(userId: string): Signal<Presence> {
    return this.#store.presence.of(userId);
  }

  /** Rejects with NOT_FOUND where nobody has that handle. */
  findUser(handle: string): Promise<User> {
    return findUser(this.#ask, handle);
  }

  /** The channel between the viewer and the person of that handle: the same one each time. */
  async openDirectChannel(handle: string, delivery: Delivery = 'PERSIST_FIRST'): Promise<ChatChannel> {
    const { id: userId } = await this.findUser(handle);
    const { opened } = await this.#ask(ClientOpenDirectChannelDocument, { input: { userId, delivery } });
    return this.#add(opened?.channel);
  }

  async createGroup({ name, people, delivery = 'PERSIST_FIRST' }: NewGroup): Promise<ChatChannel> {
    const users = await Promise.all(people.map((handle) => this.findUser(handle)));
    const input = { name, memberIds: users.map(({ id }) => id), delivery, nonce: uuid() };
    const { created } = await this.#ask(ClientCreateGroupDocument, { input });
    return this.#add(created?.channel);
  }

  /** Calls the listener with everything that happens in any channel, once and in order. Returns how to stop. */
  onEvent(listener: (event: ChannelEvent) => void): () => void {
    const own = (event: ChannelEvent): void => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** A token that is good for a while, for requests of the application's own. */
  accessToken(): Promise<string> {
    return this.#agent.call('token');
  }

  /** Any query or mutation, as the viewer. */
  request<Result, Variables>(document: TypedDocument<Result, Variables>, variables: Variables): Promise<Result> {
    return this.#ask(document, variables);
  }

  /** Somebody looks again, or the network is back: tries now instead of later. */
  wake(): void {
    this.#agent.call('wake').catch(() => {});
  }

  /** Lets go of everything. What has not been sent is sent by the next client. */
  close(): void {
    this.#agent.close();
    for (const end of this.#ends.splice(0)) end();
  }

  /** Calls it when the client is closed. */
  onClose(end: () => void): void {
    this.#ends.push(end);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #add(parts: Parameters<Store['add']>[0] | undefined): ChatChannel {
    if (parts === undefined) throw new ParleyError('UNAVAILABLE', 'Try again.');
    this.#store.add(parts);
    return this.channel(parts.id);
  }

  #watch(userIds: readonly string[]): void {
    this.#agent.call('watch', userIds).then(
      (known) => this.#store.take(known.map((update) => ({ kind: 'presence', update }))),
      () => {},
    );
  }

  async #enter<Input extends object>(
    document: TypedDocument<
      { readonly session: SessionPartsFragment | null },
      { input: Input & { region: string | null } }
    >,
    given: Input,
  ): Promise<User> {
    const { url, region } = this.#parts;
    const { session } = await request(document, { input: { ...given, region } }, { url, accessToken: null });
    if (session === null) throw new ParleyError('UNAVAILABLE', 'Try again.');
    await this.#agent.call('adopt', sessionFrom(session, Date.now()));
    return session.viewer;
  }
}
