import { setTimeout as delay } from 'node:timers/promises';
import { type Acknowledged, check, type Seen } from '../checker.ts';
import { scrollBack } from '../history.ts';
import type { Person } from '../person.ts';
import { Subscriber } from '../subscriber.ts';
import { until } from '../until.ts';
import { createRandom } from './random.ts';

export type Delivery = 'PERSIST_FIRST' | 'PUSH_FIRST' | 'EPHEMERAL';

export interface ConversationOptions {
  /** Of all nodes: senders and readers are spread over them, and go to the next where one fails. */
  readonly urls: readonly string[];
  readonly people: readonly Person[];
  readonly channelId: string;
  readonly delivery: Delivery;
  /** Of each member, on average. */
  readonly sendIntervalMs: number;
  readonly seed: number;
}

export interface Findings {
  readonly acknowledged: number;
  readonly lost: number;
  readonly repeated: number;
  /** Answers with a code, and answers that did not come; each was sent again with the same nonce. */
  readonly refused: number;
  readonly retried: number;
  /** The longest time for which any reader got nothing while the others sent. */
  readonly longestPauseMs: number;
  /** Subscriptions that ended with a code: each was asked for again. */
  readonly resubscribed: number;
  /** Whatever the checker found. */
  readonly faults: readonly string[];
}

const SEND = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence text } } }`;
/** A node that is held still never answers: the sender asks another. */
const ANSWER_MS_MAX = 4_000;
const RETRY_MS = 100;
/** From an acknowledgement to the last reader, on a busy machine. */
const FLIGHT_MS_MAX = 1_000;
const ARRIVAL_MS_MAX = 10_000;
const CATCH_UP_MS_MAX = 120_000;

/** An acknowledged send, with its times. */
interface Told extends Acknowledged {
  readonly sentAt: number;
  readonly acknowledgedAt: number;
}

/** Everybody sends and everybody reads, until it is over; then what was acknowledged is compared with what was seen. */
export class Conversation implements AsyncDisposable {
  readonly #options: ConversationOptions;
  readonly #readers: readonly Subscriber[];
  readonly #acknowledged: Told[] = [];
  readonly #attempted = new Set<string>();
  readonly #random: () => number;
  readonly #startedAt = performance.now();
  #refused = 0;
  #retried = 0;
  #isOver = false;
  /** From when on every subscription is known to be live: they are not acknowledged. */
  #liveFrom = Number.POSITIVE_INFINITY;
  #broken = { from: Number.POSITIVE_INFINITY, to: Number.NEGATIVE_INFINITY };
  #sending: Promise<unknown> = Promise.resolve();

  private constructor(options: ConversationOptions) {
    const { urls, people, channelId, seed } = options;
    this.#options = options;
    this.#random = createRandom(seed);
    this.#readers = people.map(({ token }, index) => {
      const wsUrl = rotated(urls, index).map((url) => url.replace('http', 'ws'));
      return new Subscriber({ wsUrl, token, channelId, field: index % 2 === 0 ? 'channel' : 'inbox' });
    });
  }

  /** Resolves when everybody has seen the first message. */
  static async start(options: ConversationOptions): Promise<Conversation> {
    const conversation = new Conversation(options);
    await until('every reader to be there', () => conversation.#readers.every(({ socket }) => socket !== null), 60_000);
    conversation.#sending = Promise.all(options.people.map((person, index) => conversation.#send(person, index)));
    conversation.#sending.catch(() => {});
    await conversation.flows(CATCH_UP_MS_MAX);
    conversation.#liveFrom = performance.now();
    return conversation;
  }

  /** Resolves when every reader has got something from now on. */
  async flows(withinMs: number): Promise<void> {
    const before = this.#readers.map(({ seen }) => seen.length);
    const waiting = () => this.#readers.filter(({ seen }, index) => seen.length <= (before[index] ?? 0));
    await until('messages to flow to every reader', () => waiting().length === 0, withinMs).catch((error: Error) => {
      const who = waiting().map(
        ({ position, refusals }) => `one at ${position}, refused ${refusals.join() || 'never'}`,
      );
      throw new Error(`${error.message}: ${who.join('; ')}`);
    });
  }

  /** Breaks something; over once every reader gets messages again. */
  async during(fault: () => Promise<void>, withinMs: number): Promise<void> {
    const from = performance.now();
    await fault();
    await this.flows(withinMs);
    this.#broken = { from, to: performance.now() };
  }

  /** Nobody sends any more; resolves to what came of it all, once every reader has what was acknowledged. */
  async end(): Promise<Findings> {
    const endedAt = performance.now();
    this.#isOver = true;
    await this.#sending;
    const { delivery } = this.#options;
    const isKept = delivery !== 'EPHEMERAL';
    const history = isKept ? await this.#caughtUp() : [];
    const streams = Object.fromEntries(this.#readers.map(({ seen }, index) => [`reader ${index}`, seen]));
    // The last are still on their way; what does not come is counted.
    if (!isKept)
      await until('the last', () => this.#lostUnbroken(streams).length === 0, ARRIVAL_MS_MAX).catch(() => {});
    const refusals = this.#readers.flatMap((reader) => reader.refusals);
    const isRetried = (code: string): boolean => code === 'UNAVAILABLE';
    const evidence = { acknowledged: this.#acknowledged, attempted: this.#attempted, streams, history, after: 0 };
    return {
      ...this.#count(streams),
      acknowledged: this.#acknowledged.length,
      refused: this.#refused,
      retried: this.#retried,
      resubscribed: refusals.length,
      longestPauseMs: this.#longestPause(endedAt),
      faults: [
        ...(isKept ? check(evidence) : this.#lostUnbroken(streams)),
        ...refusals.filter((code) => !isRetried(code)).map((code) => `a reader was refused: ${code}`),
      ],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#sending.catch(() => {});
    await Promise.all(this.#readers.map((reader) => reader[Symbol.asyncDispose]()));
  }

  async #caughtUp(): Promise<readonly Seen[]> {
    const head = Math.max(...this.#acknowledged.map(({ sequence }) => sequence ?? 0));
    await Promise.all(this.#readers.map((reader) => reader.reached(head, CATCH_UP_MS_MAX)));
    const { urls, people, channelId } = this.#options;
    const [person] = people;
    if (person === undefined) return [];
    // Of a PUSH_FIRST channel history may lag by a batch.
    return until(
      'history to have it all',
      async () => {
        for (const url of urls) {
          const messages = await scrollBack(url, person, channelId).catch(() => []);
          if ((messages.at(-1)?.sequence ?? 0) >= head) return messages;
        }
        return null;
      },
      CATCH_UP_MS_MAX,
    );
  }

  /** What every reader has to get: all of it, but for an EPHEMERAL channel what was sent before they could hear. */
  get #owed(): readonly Told[] {
    if (this.#options.delivery !== 'EPHEMERAL') return this.#acknowledged;
    return this.#acknowledged.filter(({ sentAt }) => sentAt >= this.#liveFrom);
  }

  #count(streams: Readonly<Record<string, readonly Seen[]>>): Pick<Findings, 'lost' | 'repeated'> {
    let lost = 0;
    let repeated = 0;
    for (const seen of Object.values(streams)) {
      const ids = seen.flatMap(({ id }) => (id === undefined ? [] : [id]));
      const distinct = new Set(ids);
      repeated += ids.length - distinct.size;
      for (const { id } of this.#owed) if (!distinct.has(id)) lost += 1;
    }
    return { lost, repeated };
  }

  /** An EPHEMERAL message that was on its way while something was broken may be lost, and no other. */
  #lostUnbroken(streams: Readonly<Record<string, readonly Seen[]>>): readonly string[] {
    const { from, to } = this.#broken;
    const isInFlight = ({ sentAt, acknowledgedAt }: Told) => acknowledgedAt > from - FLIGHT_MS_MAX && sentAt < to;
    const unbroken = this.#owed.filter((message) => !isInFlight(message));
    return Object.entries(streams).flatMap(([reader, seen]) => {
      const ids = new Set(seen.map(({ id }) => id));
      const lost = unbroken.filter(({ id }) => !ids.has(id));
      return lost.length === 0 ? [] : [`${reader}: lost ${lost.length} that were not in flight`];
    });
  }

  #longestPause(endedAt: number): number {
    let longest = 0;
    for (const { seenAt } of this.#readers) {
      const [first = endedAt] = seenAt;
      const times = [...seenAt.filter((at) => at < endedAt), endedAt];
      let before = Math.max(first, this.#startedAt);
      for (const at of times) {
        longest = Math.max(longest, at - before);
        before = at;
      }
    }
    return Math.round(longest);
  }

  async #send(person: Person, index: number): Promise<void> {
    const { sendIntervalMs } = this.#options;
    for (let count = 0; !this.#isOver; count += 1) {
      await delay(2 * this.#random() * sendIntervalMs);
      if (this.#isOver) return;
      const text = `${person.handle} says ${count}`;
      this.#attempted.add(text);
      const sentAt = performance.now();
      const message = await this.#acknowledgedSend(person, text, index);
      this.#acknowledged.push({ ...message, sentAt, acknowledgedAt: performance.now() });
    }
  }

  /** As a client's outbox does: the same again, with the same nonce, at the next node. */
  async #acknowledgedSend(person: Person, text: string, index: number): Promise<Acknowledged> {
    const urls = rotated(this.#options.urls, index);
    for (let tries = 0; ; tries += 1) {
      const url = urls[tries % urls.length] ?? '';
      const message = await this.#try(url, person, text);
      if (message !== null) return message;
      await delay(RETRY_MS);
    }
  }

  async #try(url: string, { token }: Person, text: string): Promise<Acknowledged | null> {
    const input = { channelId: this.#options.channelId, text, nonce: text };
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: SEND, variables: { input } }),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const { data } = (await response.json()) as { data?: { sendMessage: { message: Acknowledged } } | null };
      if (data?.sendMessage?.message) return data.sendMessage.message;
      this.#refused += 1;
    } catch {
      this.#retried += 1;
    }
    return null;
  }
}

const rotated = <Value>(values: readonly Value[], by: number): readonly Value[] =>
  values.map((_, index) => values[(index + by) % values.length] as Value);
