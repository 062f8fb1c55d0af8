import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { type Database, openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import { logConformance } from './log.ts';
import { storageConformance } from './storage.ts';

/** One part of the embedded profile, on a database of its own. */
async function openPart<Part extends { close(): Promise<void> }>(make: (database: Database) => Promise<Part>) {
  const directory = await mkdtemp(join(tmpdir(), 'parley-conformance-'));
  let database = await openDatabase({ directory });
  let part = await make(database);
  const end = async (): Promise<void> => {
    await part.close();
    await database.close();
  };
  return {
    part,
    async reopen() {
      await end();
      database = await openDatabase({ directory });
      part = await make(database);
      return part;
    },
    async close() {
      await end();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

logConformance('SQLite', async () => {
  const { part: log, ...rest } = await openPart(createSqliteLog);
  return { log, ...rest };
});

storageConformance('SQLite', async () => {
  const { part: storage, ...rest } = await openPart(createSqliteStorage);
  return { storage, ...rest };
});
