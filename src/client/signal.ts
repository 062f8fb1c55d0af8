/** A value that changes: read it, and hear of changes. What `useSyncExternalStore` takes. */
export interface Signal<Value> {
  /** The same object until it changes. */
  get(): Value;
  /** Calls the listener after each change. Returns how to stop that. */
  subscribe(listener: () => void): () => void;
}

export class Cell<Value> implements Signal<Value> {
  readonly #listeners = new Set<() => void>();
  #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  get(): Value {
    return this.#value;
  }

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    notify(this.#listeners);
  }

  subscribe(listener: () => void): () => void {
    // Each subscription is one of its own, also where two have the same listener.
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }
}

/** A listener that throws keeps nobody else from hearing, and is reported as an uncaught error. */
function notify(listeners: Iterable<() => void>): void {
  for (const listener of [...listeners]) {
    try {
      listener();
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
