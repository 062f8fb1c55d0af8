import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';

/** The embedded profile's log and storage, in a directory of their own. */
export async function openEmbedded() {
  const directory = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const database = await openDatabase({ directory });
  const log = await createSqliteLog(database);
  const storage = await createSqliteStorage(database);
  return {
    log,
    storage,
    async [Symbol.asyncDispose]() {
      await log.close();
      await storage.close();
      await database.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
