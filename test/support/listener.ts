import type { Person } from './person.ts';
import type { Door } from './place.ts';
import { TestSocket } from './socket.ts';
import { until } from './until.ts';

/** An event with whatever of it a test may look at. */
export interface Event {
  readonly __typename: string;
  readonly sequence: number | null;
  readonly channel: { readonly id: string };
  readonly message?: { readonly id: string; readonly text: string; readonly replyTo: { readonly text: string } | null };
  readonly membership?: { readonly user: { readonly id: string }; readonly role: string; readonly readUpTo: number };
  readonly user?: { readonly id: string };
  readonly newOwner?: { readonly id: string } | null;
  readonly typing?: boolean;
}

export const EVENT_FIELDS = `__typename sequence channel { id }
  ... on MessageSent { message { id text replyTo { text } } }
  ... on MessageEdited { message { id text replyTo { text } } }
  ... on MessageDeleted { message { id text replyTo { text } } }
  ... on MemberJoined { membership { user { id } role readUpTo } }
  ... on MemberLeft { user { id } newOwner { id } }
  ... on CheckpointMoved { membership { user { id } role readUpTo } }
  ... on TypingChanged { user { id } typing }`;

/**
 * One person's socket with one subscription on it. Subscriptions are not acknowledged: where what takes no position is
 * waited for, an event that is replayed first tells that it is live.
 */
export class Listener implements AsyncDisposable {
  readonly socket: TestSocket;
  readonly #field: string;

  private constructor(socket: TestSocket, field: string) {
    this.socket = socket;
    this.#field = field;
  }

  static async channel(door: Door, { token }: Person, id: string, after: number | null = null): Promise<Listener> {
    const socket = await TestSocket.connect(door.wsUrl, token);
    const query = `subscription ($id: ID!, $after: Int) { channel(id: $id, after: $after) { ${EVENT_FIELDS} } }`;
    socket.subscribe('1', query, { id, after });
    return new Listener(socket, 'channel');
  }

  static async inbox(
    door: Door,
    { token }: Person,
    after: readonly { readonly channelId: string; readonly sequence: number }[] = [],
  ): Promise<Listener> {
    const socket = await TestSocket.connect(door.wsUrl, token);
    const query = `subscription ($after: [ChannelPosition!]) { inbox(after: $after) { ${EVENT_FIELDS} } }`;
    socket.subscribe('1', query, { after });
    return new Listener(socket, 'inbox');
  }

  get events(): readonly Event[] {
    return this.socket.results<Event>('1', this.#field);
  }

  /** The first event so far, or to come, of which it holds. */
  event(what: string, holds: (event: Event) => boolean, withinMs?: number): Promise<Event> {
    return until(`an event: ${what}`, () => this.events.find(holds), withinMs);
  }

  /** The first so many events. */
  async first(count: number): Promise<readonly Event[]> {
    await until(`${count} events`, () => this.events.length >= count);
    return this.events.slice(0, count);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.socket[Symbol.asyncDispose]();
  }
}
