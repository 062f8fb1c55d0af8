/**
 * Hints between nodes, on topics. At most once and unordered across publishers: whoever needs more reads the store.
 * Nothing published is kept.
 */
export interface PubSub {
  /**
   * Resolves when the topic's publications from now on reach the listener, to the function that ends it. The listener
   * gets each payload as it was published, must not throw and must not keep or change it.
   */
  subscribe<Payload>(topic: Topic<Payload>, listener: (payload: Payload) => void): Promise<() => void>;
  /**
   * Resolves when the hint has been handed over to those who listen now, to how many nodes took it: 0 where nobody listens.
   * Rejects with UNAVAILABLE where it is not known to have been handed over; it may have been. Payloads are plain JSON.
   */
  publish<Payload>(topic: Topic<Payload>, payload: Payload): Promise<number>;
  /** The part of the bus that carries a topic: what fails, fails for all topics of a part. The same on every node. */
  shardOf(topic: Topic<unknown>): string;
  /** Tells of every time that publications may have been missed and arrive again from now on. Returns the function that ends it. */
  onReconnect(listener: (outage: Outage) => void): () => void;
  close(): Promise<void>;
}

/** A time in which this node may have missed publications. It is over. */
export interface Outage {
  /** When they were last known to arrive, by `performance.now()`. */
  readonly aliveAt: number;
  /** What may have been missed: publications on its topics. See {@link PubSub.shardOf}. */
  readonly shard: string;
}

declare const payloadOf: unique symbol;
/** A topic's name; the type says what travels on it. */
export type Topic<Payload> = string & { readonly [payloadOf]: Payload };
