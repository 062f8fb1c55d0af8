import { readFile, rename, writeFile } from 'node:fs/promises';
import type { ClientStorage } from './storage.ts';

/**
 * Keeps everything in one file, readable by its owner alone, since the session is in it: for bots. One process at a time. Rejects where the file
 * holds something else.
 */
export function fileStorage(path: string): ClientStorage {
  let values: Promise<Map<string, unknown>> | null = null;
  let writing: Promise<void> = Promise.resolve();
  const read = (): Promise<Map<string, unknown>> => {
    values ??= load(path).catch((error: unknown) => {
      values = null;
      throw error;
    });
    return values;
  };
  const change = async (apply: (values: Map<string, unknown>) => void): Promise<void> => {
    const current = await read();
    apply(current);
    const written = writing.catch(() => {}).then(() => save(path, current));
    writing = written;
    await written;
  };
  return {
    async get(key) {
      return (await read()).get(key);
    },
    set: (key, value) => change((current) => void current.set(key, value)),
    delete: (key) => change((current) => void current.delete(key)),
    async list(prefix) {
      const current = await read();
      return [...current.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort()
        .map((key) => current.get(key));
    },
  };
}

async function load(path: string): Promise<Map<string, unknown>> {
  try {
    return new Map(Object.entries(JSON.parse(await readFile(path, 'utf8'))));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Map();
    throw error;
  }
}

/** The old file stays whole until the new one is. */
async function save(path: string, values: ReadonlyMap<string, unknown>): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, JSON.stringify(Object.fromEntries(values)), { mode: 0o600, flush: true });
  await rename(beside, path);
}
