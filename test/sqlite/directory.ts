import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DatabaseOptions, openDatabase } from '../../src/sqlite/database.ts';

/** An empty DATA_DIR, and whatever was opened on it, for one test. */
export async function newDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'parley-sqlite-'));
  const closing: (() => Promise<void>)[] = [];
  return {
    path,
    file: join(path, 'parley.db'),
    async open(options: Omit<DatabaseOptions, 'directory'> = {}) {
      const database = await openDatabase({ directory: path, ...options });
      closing.push(() => database.close());
      return database;
    },
    async [Symbol.asyncDispose]() {
      for (const close of closing) await close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

const KEEP = 'INSERT INTO keys (name, key) VALUES (?, ?)';
/** The simplest write there is. */
export const keep = (name: string, bytes = 8) => ({ sql: KEEP, parameters: [name, new Uint8Array(bytes)] });
