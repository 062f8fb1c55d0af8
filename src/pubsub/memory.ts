import { unavailable } from '../domain/error.ts';
import type { PubSub, Topic } from './pubsub.ts';

/**
 * After so many deliveries the next ones wait for another turn of the event loop. What a listener set off has then run before they come, so that a
 * publisher's burst is not mistaken for a reader's slowness.
 */
const DELIVERIES_PER_TURN = 256;

type Listener = (payload: unknown) => void;

interface Subscription {
  readonly listener: Listener;
  active: boolean;
}

interface Delivery {
  readonly topic: string;
  readonly payload: unknown;
  readonly settled: PromiseWithResolvers<number>;
}

interface MemoryPubSubOptions {
  /** Told what a listener threw, against its contract; the others of its topic got the payload all the same. */
  readonly onError?: (error: unknown) => void;
}

/** For one process: a topic's payloads reach its listeners in the order in which they were published. */
export const createMemoryPubSub = (options: MemoryPubSubOptions = {}): PubSub => new MemoryPubSub(options);

class MemoryPubSub implements PubSub {
  readonly #onError: (error: unknown) => void;
  /** Made anew when they change: most topics have one, and there are many. */
  readonly #topics = new Map<string, readonly Subscription[]>();
  #waiting: Delivery[] = [];
  #turn: NodeJS.Immediate | null = null;
  #left = DELIVERIES_PER_TURN;
  #delivering = false;
  #closed = false;

  constructor({ onError }: MemoryPubSubOptions) {
    this.#onError = onError ?? (() => {});
  }

  async subscribe<Payload>(topic: Topic<Payload>, listener: (payload: Payload) => void): Promise<() => void> {
    if (this.#closed) throw closed();
    const subscription: Subscription = { listener: listener as Listener, active: true };
    this.#topics.set(topic, (this.#topics.get(topic) ?? []).concat(subscription));
    return () => this.#unsubscribe(topic, subscription);
  }

  async publish<Payload>(topic: Topic<Payload>, payload: Payload): Promise<number> {
    if (this.#closed) throw closed();
    if (!this.#topics.has(topic)) return 0;
    const settled = Promise.withResolvers<number>();
    this.#waiting.push({ topic, payload, settled });
    this.#deliver();
    return settled.promise;
  }

  shardOf(): string {
    return '';
  }

  /** There is nothing to lose here. */
  onReconnect(): () => void {
    return () => {};
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#turn !== null) clearImmediate(this.#turn);
    for (const { settled } of this.#waiting.splice(0)) settled.reject(closed());
    for (const subscriptions of this.#topics.values()) {
      for (const subscription of subscriptions) subscription.active = false;
    }
    this.#topics.clear();
  }

  #unsubscribe(topic: string, subscription: Subscription): void {
    subscription.active = false;
    const left = this.#topics.get(topic)?.filter((one) => one !== subscription) ?? [];
    if (left.length > 0) this.#topics.set(topic, left);
    else this.#topics.delete(topic);
  }

  /** A publication from inside a listener finds `#delivering` set and waits for its turn. */
  #deliver(): void {
    if (this.#delivering || this.#closed) return;
    this.#delivering = true;
    let done = 0;
    while (this.#left > 0) {
      const delivery = this.#waiting[done];
      if (delivery === undefined) break;
      done += 1;
      this.#left -= 1;
      this.#handOver(delivery);
    }
    this.#waiting.splice(0, done);
    this.#delivering = false;
    if (this.#left > 0) return;
    this.#turn ??= setImmediate(() => {
      this.#turn = null;
      this.#left = DELIVERIES_PER_TURN;
      if (this.#waiting.length > 0) this.#deliver();
    });
  }

  #handOver({ topic, payload, settled }: Delivery): void {
    let nodes = 0;
    for (const subscription of this.#topics.get(topic) ?? []) {
      if (!subscription.active) continue;
      nodes = 1;
      try {
        subscription.listener(payload);
      } catch (error) {
        this.#onError(error);
      }
    }
    settled.resolve(nodes);
  }
}

const closed = () => unavailable('This node is shutting down.');
