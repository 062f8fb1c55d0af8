import { newKeyspace } from '../support/cassandra.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';
import { storageConformance } from './storage.ts';

storageConformance(
  'Cassandra',
  async () => {
    const keyspace = await newKeyspace();
    let storage = await keyspace.open();
    return {
      storage,
      async reopen() {
        await storage.close();
        storage = await keyspace.open();
        return storage;
      },
      async close() {
        await storage.close();
        await keyspace.drop();
      },
    };
  },
  SERVICES_TIMEOUT_MS,
);
