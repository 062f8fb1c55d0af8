import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './cache.ts';
import { exists, run } from './run.ts';

const PEERS = join(import.meta.dirname, '../peers');
const CENTRIFUGO = 'github.com/centrifugal/centrifugo/v6@v6.9.1';
const GQLGEN = 'github.com/99designs/gqlgen@v0.17.98';

/** Where a peer can't be had, its message says what is missing; the others are measured. */
export class Missing extends Error {
  override readonly name = 'Missing';
}

export interface PeersOptions {
  readonly cacheDirectory: string;
  /** Told of work that takes a while. */
  readonly report: (line: string) => void;
}

/** The folder with the Node peers and their packages, at the versions of their lock file. */
export function nodePeers({ cacheDirectory, report }: PeersOptions): Promise<string> {
  const build = async (directory: string): Promise<void> => {
    report("installing the peers' packages");
    await run(['npm', 'ci', '--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund'], directory);
  };
  return built({ cacheDirectory, name: 'peers', sources: PEERS, build });
}

/** The gqlgen server, built. */
export async function gqlgenPeer({ cacheDirectory, report }: PeersOptions): Promise<string> {
  await requireGo('gqlgen');
  const build = async (directory: string): Promise<void> => {
    report('building the gqlgen server');
    await run(['go', 'run', GQLGEN, 'generate'], directory);
    await run(['go', 'build', '-o', 'server', '.'], directory);
  };
  return join(await built({ cacheDirectory, name: 'gqlgen', sources: join(PEERS, 'gqlgen'), build }), 'server');
}

/** CENTRIFUGO, a `centrifugo` on the path, or one built from its module. */
export async function centrifugoPeer({ cacheDirectory, report }: PeersOptions): Promise<string> {
  const chosen = process.env['CENTRIFUGO'];
  if (chosen !== undefined && chosen !== '') {
    if (!existsSync(chosen)) throw new Missing(`CENTRIFUGO names ${chosen}, which does not exist`);
    return chosen;
  }
  if (await exists(['centrifugo', 'version'])) return 'centrifugo';
  await requireGo('Centrifugo');
  const build = async (directory: string): Promise<void> => {
    report('building Centrifugo, which takes some minutes');
    await run(['env', `GOBIN=${directory}`, 'go', 'install', CENTRIFUGO], directory);
  };
  try {
    const sources = join(PEERS, 'centrifugo');
    return join(await built({ cacheDirectory, name: 'centrifugo', sources, build }), 'centrifugo');
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n').at(-1) ?? '') : String(error);
    throw new Missing(`Centrifugo could not be built (${reason.trim()}); CENTRIFUGO can name a program that is there`);
  }
}

async function requireGo(what: string): Promise<void> {
  if (!(await exists(['go', 'version']))) throw new Missing(`${what} needs Go, and there is no go on the path`);
}
