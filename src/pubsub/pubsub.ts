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
  /** Resolves when the hint has been handed over to those who listen now. Payloads are plain JSON. */
  publish<Payload>(topic: Topic<Payload>, payload: Payload): Promise<void>;
  close(): Promise<void>;
}

declare const payloadOf: unique symbol;
/** A topic's name; the type says what travels on it. */
export type Topic<Payload> = string & { readonly [payloadOf]: Payload };
