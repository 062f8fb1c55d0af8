/**
 * Where the SDK keeps what has to survive a restart: the session, messages that are not acknowledged yet, and positions. A `set` has been
 * written when its promise resolves.
 */
export interface ClientStorage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** The values of all keys that begin so, in the order of the keys. */
  list(prefix: string): Promise<readonly unknown[]>;
}

/** Keeps everything for as long as the process lives. */
export function memoryStorage(): ClientStorage {
  const values = new Map<string, unknown>();
  return {
    async get(key) {
      return values.get(key);
    },
    async set(key, value) {
      values.set(key, structuredClone(value));
    },
    async delete(key) {
      values.delete(key);
    },
    async list(prefix) {
      return [...values.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => values.get(key));
    },
  };
}
