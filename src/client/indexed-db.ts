import { type IDBPDatabase, openDB } from 'idb';
import type { ClientStorage } from './storage.ts';

const STORE = 'values';
const LAST_CHARACTER = '\uffff';

/** Keeps everything in a database of the browser's, shared by all tabs and workers of the page's origin. */
export function indexedDbStorage(name: string): ClientStorage {
  let opened: Promise<IDBPDatabase> | null = null;
  const open = (): Promise<IDBPDatabase> => {
    opened ??= openDB(name, 1, {
      upgrade: (database) => void database.createObjectStore(STORE),
      // Another tab deletes the database, or the browser has closed it: the next use opens it again.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase).close();
        opened = null;
      },
      terminated: () => {
        opened = null;
      },
    }).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  };
  return {
    async get(key) {
      return (await open()).get(STORE, key);
    },
    async set(key, value) {
      const transaction = (await open()).transaction(STORE, 'readwrite');
      await Promise.all([transaction.store.put(value, key), transaction.done]);
    },
    async delete(key) {
      const transaction = (await open()).transaction(STORE, 'readwrite');
      await Promise.all([transaction.store.delete(key), transaction.done]);
    },
    async list(prefix) {
      return (await open()).getAll(STORE, IDBKeyRange.bound(prefix, prefix + LAST_CHARACTER));
    },
  };
}
