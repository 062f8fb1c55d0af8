import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** What is installed or built for the bench stays here between runs: BENCH_CACHE, else the user's cache. */
export function defaultCacheDirectory(): string {
  const chosen = process.env['BENCH_CACHE'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'parley', 'bench');
}

export interface BuildOptions {
  readonly cacheDirectory: string;
  readonly name: string;
  /** Files of one folder that are copied to where the build happens: another content is another build. */
  readonly sources: string;
  readonly build: (directory: string) => Promise<void>;
}

/** A folder with the sources and what was built from them; built once, and named in one step when it is whole. */
export async function built({ cacheDirectory, name, sources, build }: BuildOptions): Promise<string> {
  const directory = join(cacheDirectory, `${name}-${await digestOf(sources)}`);
  if (existsSync(directory)) return directory;
  await mkdir(cacheDirectory, { recursive: true });
  const partial = await mkdtemp(`${directory}.partial-`);
  try {
    await cp(sources, partial, { recursive: true });
    await build(partial);
    await rename(partial, directory);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  return directory;
}

async function digestOf(directory: string): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(directory, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isFile()) continue;
    hash.update(`${entry.name}\0`).update(await readFile(join(directory, entry.name)));
  }
  return hash.digest('hex').slice(0, 12);
}
