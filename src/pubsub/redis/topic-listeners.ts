import { Gate } from '../../redis/gate.ts';

interface Subscription {
  readonly listener: (payload: unknown) => void;
  isActive: boolean;
}

/** All that this node has listening to one topic: to the event target they are one, and one that throws harms no other. */
export class TopicListeners {
  readonly #failed: (error: unknown) => void;
  readonly #subscriptions = new Set<Subscription>();
  /** Open once Redis has said that the topic's publications are sent to this node. */
  readonly acknowledged = new Gate();

  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  get size(): number {
    return this.#subscriptions.size;
  }

  /** The function takes it away again. */
  add(listener: (payload: unknown) => void): () => void {
    const subscription: Subscription = { listener, isActive: true };
    this.#subscriptions.add(subscription);
    return () => {
      subscription.isActive = false;
      this.#subscriptions.delete(subscription);
    };
  }

  clear(): void {
    for (const subscription of this.#subscriptions) subscription.isActive = false;
    this.#subscriptions.clear();
  }

  /** The event target calls it without an object, and with nothing for what is not ours. */
  readonly handle = ({ detail }: { readonly detail: unknown }): void => {
    if (detail === undefined || detail === null) return;
    for (const subscription of [...this.#subscriptions]) {
      if (!subscription.isActive) continue;
      try {
        subscription.listener(detail);
      } catch (error) {
        this.#failed(error);
      }
    }
  };
}
