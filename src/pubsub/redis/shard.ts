import { createRedisEventTarget } from '@graphql-yoga/redis-event-target';
import { unavailable } from '../../domain/error.ts';
import type { RedisTls } from '../../redis/client-options.ts';
import { Heartbeat } from '../../redis/heartbeat.ts';
import { PublishClient, SubscribeClient } from '../../redis/pubsub-clients.ts';
import { isRefusal } from '../../redis/refusal.ts';
import { TopicListeners } from './topic-listeners.ts';

export interface ShardOptions {
  readonly name: string;
  readonly url: string;
  readonly tls: RedisTls | null;
  readonly subscribeWaitMs: number;
  readonly publishPendingBytesMax: number;
  readonly failed: (error: unknown) => void;
  /** Every topic is listened to again after a connection was lost, on which publications came until `aliveAt`. */
  readonly reconnected: (aliveAt: number) => void;
}

/** Topics in one command, so that a node with many does not hold up the server. */
const TOPICS_PER_SUBSCRIBE = 1_000;

/** The topics that one Redis server carries. */
export class Shard {
  readonly #options: ShardOptions;
  readonly #publisher: PublishClient;
  readonly #subscriber: SubscribeClient;
  readonly #publisherHeartbeat: Heartbeat;
  readonly #subscriberHeartbeat: Heartbeat;
  readonly #target: ReturnType<typeof createRedisEventTarget>;
  /** What is wanted, whatever the present connection knows of it. */
  readonly #topics = new Map<string, TopicListeners>();
  #connections = 0;
  #lostAt: number | null = null;
  #reconnects = 0;
  #isClosed = false;

  constructor(options: ShardOptions) {
    const { name, url, tls, failed, publishPendingBytesMax: pendingBytesMax } = options;
    this.#options = options;
    this.#publisher = new PublishClient(url, { tls, pendingBytesMax });
    this.#subscriber = new SubscribeClient(url, tls);
    this.#target = createRedisEventTarget({
      publishClient: this.#publisher,
      subscribeClient: this.#subscriber,
      serializer: { stringify: JSON.stringify, parse: (text) => this.#parse(text) },
    });
    this.#publisherHeartbeat = new Heartbeat({ client: this.#publisher, name, failed });
    this.#subscriberHeartbeat = new Heartbeat({ client: this.#subscriber, name, failed });
    this.#subscriber.on('close', () => this.#lost());
    this.#subscriber.on('ready', () => this.#connected().catch(failed));
  }

  get topics(): number {
    return this.#topics.size;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  async subscribe(topic: string, listener: (payload: unknown) => void): Promise<() => void> {
    if (this.#isClosed) throw closed();
    const listeners = this.#topics.get(topic) ?? this.#listen(topic);
    const remove = listeners.add(listener);
    const end = (): void => {
      remove();
      if (listeners.size === 0) this.#leave(topic, listeners);
    };
    try {
      await listeners.acknowledged.pass(this.#options.subscribeWaitMs);
      return end;
    } catch (error) {
      end();
      throw this.#isClosed ? closed() : unavailable('The bus is away.', error);
    }
  }

  async publish(topic: string, payload: unknown): Promise<number> {
    if (this.#isClosed) throw closed();
    this.#target.dispatchEvent(new CustomEvent(topic, { detail: payload }));
    return this.#publisher.published;
  }

  close(): void {
    this.#isClosed = true;
    for (const listeners of this.#topics.values()) {
      listeners.acknowledged.refuse(closed());
      listeners.clear();
    }
    this.#topics.clear();
    this.#publisherHeartbeat.end();
    this.#subscriberHeartbeat.end();
  }

  #listen(topic: string): TopicListeners {
    const listeners = new TopicListeners(this.#options.failed);
    this.#topics.set(topic, listeners);
    this.#target.addEventListener(topic, listeners.handle);
    this.#subscriber.subscribed.then(
      () => listeners.acknowledged.open(),
      (error: unknown) => {
        // Where there is no connection, the next one subscribes.
        if (isRefusal(error)) listeners.acknowledged.refuse(error);
      },
    );
    return listeners;
  }

  #leave(topic: string, listeners: TopicListeners): void {
    if (this.#topics.get(topic) !== listeners) return;
    this.#topics.delete(topic);
    this.#target.removeEventListener(topic, listeners.handle);
  }

  #lost(): void {
    if (this.#connections > 0) this.#lostAt ??= this.#subscriberHeartbeat.aliveAt;
  }

  async #connected(): Promise<void> {
    this.#connections += 1;
    const connection = this.#connections;
    const topics = [...this.#topics.keys()];
    for (let from = 0; from < topics.length; from += TOPICS_PER_SUBSCRIBE) {
      if (!(await this.#resubscribe(topics.slice(from, from + TOPICS_PER_SUBSCRIBE)))) return;
      if (connection !== this.#connections) return;
    }
    if (this.#lostAt === null || this.#isClosed) return;
    const aliveAt = this.#lostAt;
    this.#lostAt = null;
    this.#reconnects += 1;
    this.#options.reconnected(aliveAt);
  }

  /** False where the connection has gone. */
  async #resubscribe(topics: readonly string[]): Promise<boolean> {
    const wanted = topics.filter((topic) => this.#topics.has(topic));
    if (wanted.length === 0) return true;
    try {
      await this.#subscriber.subscribe(...wanted);
    } catch (error) {
      // As long as the server refuses, it counts as away.
      if (isRefusal(error)) this.#subscriber.disconnect(true);
      return false;
    }
    for (const topic of wanted) this.#topics.get(topic)?.acknowledged.open();
    return true;
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      this.#options.failed(error);
      return undefined;
    }
  }
}

const closed = () => unavailable('This node is shutting down.');
