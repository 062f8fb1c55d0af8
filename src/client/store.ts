import type { ChannelPartsFragment } from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import type { Channel } from './channel.ts';
import { findChannel } from './channel-list.ts';
import { ChannelState } from './channel-state.ts';
import type { ConnectionState } from './connection.ts';
import type { ChannelEvent, ChannelPosition } from './event.ts';
import { CLIENT_LIMITS } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { News, Snapshot } from './port.ts';
import { PresenceWatch } from './presence.ts';
import type { User } from './session.ts';
import { Cell } from './signal.ts';

export interface StoreOptions {
  readonly ask: Ask;
  /** Wants news of all channels. */
  readonly list: () => void;
  readonly watch: (userIds: readonly string[]) => void;
  /** Every event, once, after it has been taken in. */
  readonly happened: (event: ChannelEvent) => void;
}

/** What one tab shows: made of its agent's news alone, and of pages of history. */
export class Store {
  readonly viewer = new Cell<User | null>(null);
  readonly connection = new Cell<ConnectionState>({ status: 'offline', since: Date.now() });
  readonly channels = new Cell<readonly Channel[]>([]);
  /** Whether {@link channels} are what the server has. */
  readonly isListed = new Cell(false);
  readonly outbox = new Cell<Outbox>([]);
  readonly presence: PresenceWatch;
  readonly #options: StoreOptions;
  readonly #states = new Map<string, ChannelState>();
  readonly #undrawn = new Set<ChannelState>();
  /** Events of channels that are being asked for. */
  readonly #held = new Map<string, ChannelEvent[]>();
  /** Channels whose history is here, the one looked at last at the end. */
  readonly #looked = new Set<ChannelState>();
  #activity = 0;
  #drawing = false;

  constructor(options: StoreOptions) {
    this.#options = options;
    this.presence = new PresenceWatch(() => options.watch(this.presence.userIds));
  }

  channel(id: string): ChannelState {
    const known = this.#states.get(id);
    if (known !== undefined) return known;
    const { ask } = this.#options;
    const state = new ChannelState({
      id,
      ask,
      viewer: () => this.viewer.get(),
      changed: (changed) => this.#draw(changed),
    });
    this.#states.set(id, state);
    state.messages.waiting(this.outbox.get().filter(({ channelId }) => channelId === id));
    return state;
  }

  /** The history of the channels that were looked at longest ago is let go of. */
  look(state: ChannelState): () => void {
    state.look();
    this.#looked.delete(state);
    this.#looked.add(state);
    for (const other of this.#looked) {
      if (this.#looked.size <= CLIENT_LIMITS.timelinesMax) break;
      if (other.isLookedAt) continue;
      this.#looked.delete(other);
      other.messages.clear();
    }
    let isOver = false;
    return () => {
      if (!isOver) state.lookAway();
      isOver = true;
    };
  }

  /** One that the viewer has just made or found. */
  add(parts: ChannelPartsFragment): void {
    const state = this.channel(parts.id);
    this.#activity += 1;
    state.refresh(parts, state.record?.head ?? parts.head, this.#activity);
  }

  attached({ session, connection, outbox, isListed }: Snapshot): void {
    this.#batch(() => {
      this.#become(session?.viewer ?? null);
      this.connection.set(connection);
      this.#wait(outbox);
    });
    if (isListed) this.#options.list();
    this.#options.watch(this.presence.userIds);
  }

  take(all: readonly News[]): void {
    this.#batch(() => {
      for (const news of all) this.#takeOne(news);
    });
  }

  #takeOne(news: News): void {
    switch (news.kind) {
      case 'session':
        this.#become(news.session?.viewer ?? null);
        break;
      case 'connection':
        this.#connection(news.state);
        break;
      case 'outbox':
        this.#wait(news.outbox);
        break;
      case 'sent':
        this.channel(news.channelId).messages.acknowledged(news.nonce, news.message);
        break;
      case 'presence':
        this.presence.take(news.update);
        break;
      case 'channels':
        this.#list(news.channels, news.positions);
        break;
      case 'event':
        this.#event(news.event);
        break;
    }
  }

  #become(viewer: User | null): void {
    if (viewer?.id === this.viewer.get()?.id) return;
    this.viewer.set(viewer);
    this.isListed.set(false);
    this.#held.clear();
    this.presence.clear();
    for (const state of this.#states.values()) state.leave();
  }

  #connection(state: ConnectionState): void {
    this.connection.set(state);
    if (state.status !== 'offline') for (const channel of this.#states.values()) channel.load();
  }

  #wait(outbox: Outbox): void {
    this.outbox.set(outbox);
    const waiting = Map.groupBy(outbox, ({ channelId }) => channelId);
    for (const id of waiting.keys()) this.channel(id);
    for (const [id, state] of this.#states) state.messages.waiting(waiting.get(id) ?? []);
  }

  #list(channels: readonly ChannelPartsFragment[], positions: readonly ChannelPosition[]): void {
    const positionOf = new Map(positions.map(({ channelId, sequence }) => [channelId, sequence]));
    this.#activity += channels.length;
    for (const [index, parts] of channels.entries()) {
      this.channel(parts.id).refresh(parts, positionOf.get(parts.id) ?? parts.head, this.#activity - index);
    }
    for (const [id, state] of this.#states) if (state.record !== null && !positionOf.has(id)) state.leave();
    this.isListed.set(true);
  }

  #event(event: ChannelEvent): void {
    const channelId = event.channel.id;
    const state = this.channel(channelId);
    const held = this.#held.get(channelId);
    this.#activity += 1;
    if (held !== undefined) held.push(event);
    else if (state.record === null || !state.take(event, this.#activity)) this.#find(state, event);
    this.#options.happened(event);
  }

  /** A channel that has just come to be, or of which something was missed. */
  #find(state: ChannelState, event: ChannelEvent): void {
    if (!this.isListed.get()) return;
    const held = [event];
    this.#held.set(state.id, held);
    findChannel(this.#options.ask, state.id)
      .then(
        (parts) => {
          if (parts === null || this.#held.get(state.id) !== held) return;
          this.#batch(() => {
            state.refresh(parts, event.sequence === null ? parts.head : event.sequence - 1, this.#activity);
            for (const each of held) state.take(each, this.#activity);
          });
        },
        // The next listing brings it.
        () => {},
      )
      .finally(() => {
        if (this.#held.get(state.id) === held) this.#held.delete(state.id);
      });
  }

  #batch(work: () => void): void {
    const isOuter = !this.#drawing;
    this.#drawing = true;
    try {
      work();
    } finally {
      if (isOuter) {
        this.#drawing = false;
        this.#drawAll();
      }
    }
  }

  #draw(state: ChannelState): void {
    this.#undrawn.add(state);
    if (!this.#drawing) this.#drawAll();
  }

  #drawAll(): void {
    const states = [...this.#undrawn];
    this.#undrawn.clear();
    for (const state of states) state.draw();
    if (states.length === 0) return;
    const records = [...this.#states.values()].flatMap(({ record }) => record ?? []);
    const sorted = records.sort((a, b) => b.activity - a.activity);
    const before = this.channels.get();
    if (sorted.length !== before.length || sorted.some((record, index) => record !== before[index])) {
      this.channels.set(sorted);
    }
  }
}
