import { ClientChannelDocument, ClientChannelsDocument, ClientHistoryDocument } from '../../schema/generated/client.ts';
import type { Ask } from '../../src/client/authorized.ts';
import type { Transport } from '../../src/client/connection.ts';
import { ParleyError } from '../../src/client/error.ts';
import type { ChannelEvent } from '../../src/client/event.ts';
import type { Link, LinkEnd, LinkOptions } from '../../src/client/link.ts';
import type { Message } from '../../src/client/timeline.ts';
import { ADA, BOB, joined, left, message, sent } from './events.ts';

interface ModelChannel {
  readonly id: string;
  readonly log: ChannelEvent[];
  messages: Message[];
  /** Whether the viewer, Ada, is in it. */
  isMember: boolean;
  readUpTo: number;
}

/** A stream to the client whose network may lose, repeat and reorder what is in it. */
class ModelLink implements Link {
  readonly transport = 'websocket';
  readonly ended: Promise<LinkEnd>;
  readonly end: (end: LinkEnd) => void;
  readonly options: LinkOptions;
  queue: ChannelEvent[] = [];
  readonly #again: (link: ModelLink) => void;

  constructor(options: LinkOptions, again: (link: ModelLink) => void) {
    this.options = options;
    this.#again = again;
    const { promise, resolve } = Promise.withResolvers<LinkEnd>();
    this.ended = promise;
    this.end = resolve;
    this.again();
  }

  again(): void {
    this.#again(this);
  }
  watch(): void {}
  renew(): void {}
  check(): void {}
  close(): void {
    this.end('closed');
  }
}

/** What a server promises, in a few lines: one sequence a channel, history, and streams that resume. */
export class ModelServer {
  readonly channels: ModelChannel[] = [];
  isReachable = true;
  link: ModelLink | null = null;

  create(isMember = true): void {
    this.channels.push({ id: `chn_${this.channels.length}`, log: [], messages: [], isMember, readUpTo: 0 });
  }

  send(index: number, isOwn: boolean): void {
    this.#on(index, (channel, sequence) => {
      if (isOwn && !channel.isMember) return;
      const added = message(sequence, { id: `${channel.id} ${sequence}`, sender: isOwn ? ADA : BOB });
      channel.messages = [...channel.messages, added];
      if (isOwn) channel.readUpTo = sequence;
      this.#happen(channel, sent(sequence, added, channel.id));
    });
  }

  change(index: number, which: number, isDeletion: boolean): void {
    this.#on(index, (channel, sequence) => {
      const target = channel.messages[which % Math.max(1, channel.messages.length)];
      if (target === undefined || target.deletedAt !== null) return;
      const now = isDeletion ? { text: '', deletedAt: 'now' } : { text: `at ${sequence}`, editedAt: 'now' };
      const changed = { ...target, ...now };
      channel.messages = channel.messages.map((each) => (each.id === target.id ? changed : each));
      this.#happen(channel, { ...sent(sequence, changed, channel.id), __typename: 'MessageEdited' } as ChannelEvent);
    });
  }

  leave(index: number): void {
    this.#on(index, (channel, sequence) => {
      if (!channel.isMember) return;
      this.#happen(channel, left(sequence, ADA, channel.id));
      channel.isMember = false;
    });
  }

  join(index: number): void {
    this.#on(index, (channel, sequence) => {
      if (channel.isMember) return;
      channel.isMember = true;
      channel.readUpTo = sequence;
      this.#happen(channel, joined(sequence, ADA, channel.id));
    });
  }

  /** Brings so many of what is on its way. */
  deliver(count: number): void {
    const { link } = this;
    for (const event of link?.queue.splice(0, count) ?? []) link?.options.take(event);
  }

  /** What a network may do to what is on its way; a stream of the protocol's does none of it. */
  disturb(how: 'lose' | 'repeat' | 'swap', at: number): void {
    const queue = this.link?.queue ?? [];
    const index = at % Math.max(1, queue.length);
    const event = queue[index];
    if (event === undefined) return;
    if (how === 'lose') queue.splice(index, 1);
    if (how === 'repeat') queue.splice(index, 0, event);
    if (how === 'swap') queue.splice(Math.max(0, index - 1), 0, ...queue.splice(index, 1));
  }

  cut(): void {
    this.link?.end('lost');
    this.link = null;
  }

  readonly transport: Transport = [
    'websocket',
    async (options) => {
      if (!this.isReachable) throw new Error('no network');
      this.link = new ModelLink(options, (link) => this.#stream(link));
      return this.link;
    },
  ];

  readonly ask: Ask = async (document, variables) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!this.isReachable) throw new ParleyError('UNAVAILABLE', 'No network.');
    const answer = this.#answer(document, variables as Readonly<Record<string, unknown>>);
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (!this.isReachable) throw new ParleyError('UNAVAILABLE', 'No network.');
    return answer as never;
  };

  #on(index: number, work: (channel: ModelChannel, sequence: number) => void): void {
    const channel = this.channels[index % Math.max(1, this.channels.length)];
    if (channel !== undefined) work(channel, channel.log.length + 1);
  }

  #happen(channel: ModelChannel, event: ChannelEvent): void {
    channel.log.push(event);
    if (channel.isMember) this.link?.queue.push(event);
  }

  /** As `inbox(after:)`: from each position, else from now on. */
  #stream(link: ModelLink): void {
    const after = new Map(link.options.positions().map(({ channelId, sequence }) => [channelId, sequence]));
    link.queue = this.channels.flatMap((channel) =>
      channel.isMember ? channel.log.slice(after.get(channel.id) ?? channel.log.length) : [],
    );
  }

  #answer(document: string, variables: Readonly<Record<string, unknown>>): unknown {
    if (document === ClientChannelsDocument) {
      const edges = this.channels.filter(({ isMember }) => isMember).map((channel) => ({ node: partsOf(channel) }));
      return { viewer: { channels: { edges, pageInfo: { hasNextPage: false, endCursor: null } } } };
    }
    const channel = this.channels.find(({ id }) => id === variables['id']);
    if (channel === undefined || !channel.isMember) return { channel: null };
    if (document === ClientChannelDocument) return { channel: partsOf(channel) };
    if (document !== ClientHistoryDocument) throw new Error(`The model does not know ${document}`);
    const end = channel.messages.findIndex(({ id }) => id === variables['before']);
    const before = channel.messages.slice(0, end === -1 ? undefined : end);
    const page = before.slice(-PAGE);
    const pageInfo = { hasPreviousPage: page.length < before.length, startCursor: page[0]?.id ?? null };
    const edges = page.map((node) => ({ node }));
    return { channel: { head: channel.log.length, messages: { edges, pageInfo } } };
  }
}

const PAGE = 5;

export const unreadOf = ({ messages, readUpTo }: ModelChannel): number =>
  messages.filter(({ sequence }) => (sequence ?? 0) > readUpTo).length;

const partsOf = (channel: ModelChannel) => ({
  id: channel.id,
  kind: 'GROUP' as const,
  name: channel.id,
  delivery: 'PERSIST_FIRST' as const,
  head: channel.log.length,
  unread: unreadOf(channel),
  membership: { role: 'MEMBER' as const, readUpTo: channel.readUpTo },
  members: { totalCount: 2, edges: [] },
});
