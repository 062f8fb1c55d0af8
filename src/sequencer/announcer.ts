import type { SequencedEvent } from '../domain/event.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Creation } from '../domain/sequencer.ts';
import type { PubSub, Topic } from '../pubsub/pubsub.ts';
import { type ChannelHint, channelTopic, type UserHint, userTopic } from '../pubsub/topics.ts';

interface Publication {
  readonly topic: Topic<ChannelHint> | Topic<UserHint>;
  readonly payload: ChannelHint | UserHint;
  /** What it tells of a channel. */
  readonly head?: { readonly channelId: ChannelId; readonly sequence: number };
}

const REPEAT_AFTER_MS = 250;
/** What is forgotten comes out with the channel's next event, or when a node looks for gaps after an outage. */
const MISSED_MAX = 50_000;

/**
 * Tells feeds and users what was decided. Nobody waits for it: the store has what the bus did not take, and feeds are told of
 * its head again and again until the bus takes that.
 */
export class Announcer {
  readonly #pubsub: PubSub;
  readonly #failed: (error: unknown) => void;
  readonly #changed: (channelId: ChannelId, head: number) => void;
  /** By what they are about: the newest that the bus did not take. */
  readonly #missed = new Map<string, Publication>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** `changed` is told of a channel's head before it is published and when the bus has taken it. */
  constructor(
    pubsub: PubSub,
    failed: (error: unknown) => void,
    changed: (channelId: ChannelId, head: number) => void = () => {},
  ) {
    this.#pubsub = pubsub;
    this.#changed = changed;
    this.#failed = failed;
  }

  created({ channel, members }: Creation): void {
    for (const { userId } of members) this.#joined(userId, channel.id, 0);
  }

  /**
   * In their order, unless the bus fails. The trace goes with the events, so that the nodes that deliver them add to it.
   * Resolves when the bus has taken them, or has failed to. Never rejects.
   */
  async happened(events: readonly SequencedEvent[], trace?: string): Promise<void> {
    const traced = trace === undefined ? {} : { trace };
    const publishing = events.map((event) => {
      const { channelId, sequence } = event;
      const topic = channelTopic(channelId);
      const head = { channelId, sequence };
      const instead: Publication = { topic, payload: { kind: 'stored', head: sequence }, head };
      const published = this.#publish({ topic, payload: { kind: 'event', event, ...traced }, head }, topic, instead);
      if (event.kind === 'MemberJoined') this.#joined(event.membership.userId, event.channelId, event.sequence);
      return published;
    });
    await Promise.all(publishing);
  }

  /** The store has the channel's events up to this head. */
  stored(channelId: ChannelId, head: number): void {
    const topic = channelTopic(channelId);
    void this.#publish({ topic, payload: { kind: 'stored', head }, head: { channelId, sequence: head } }, topic);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #joined(userId: UserId, channelId: ChannelId, sequence: number): void {
    const topic = userTopic(userId);
    void this.#publish({ topic, payload: { kind: 'joined', channelId, sequence } }, `${topic}/${channelId}`);
  }

  async #publish(publication: Publication, about: string, instead: Publication = publication): Promise<void> {
    const { topic, payload, head } = publication;
    if (head !== undefined) this.#changed(head.channelId, head.sequence);
    try {
      await this.#pubsub.publish<unknown>(topic, payload);
      if (head !== undefined) this.#changed(head.channelId, head.sequence);
    } catch (error) {
      this.#failed(error);
      this.#miss(about, instead);
    }
  }

  #miss(about: string, publication: Publication): void {
    if (this.#isClosed) return;
    const known = this.#missed.get(about);
    if (known === undefined || !isBehind(publication, known)) this.#missed.set(about, publication);
    const [oldest] = this.#missed.keys();
    if (this.#missed.size > MISSED_MAX && oldest !== undefined) this.#missed.delete(oldest);
    this.#timer ??= setTimeout(() => this.#repeat(), REPEAT_AFTER_MS).unref();
  }

  #repeat(): void {
    this.#timer = null;
    const missed = [...this.#missed];
    this.#missed.clear();
    for (const [about, publication] of missed) void this.#publish(publication, about);
  }
}

const isBehind = ({ payload }: Publication, other: Publication): boolean =>
  payload.kind === 'stored' && other.payload.kind === 'stored' && payload.head < other.payload.head;
