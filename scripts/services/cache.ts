import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where fetched jars stay between runs and checkouts: SERVICES_CACHE, else the user's cache. */
export function defaultCacheDirectory(): string {
  const chosen = process.env['SERVICES_CACHE'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'parley', 'services');
}
