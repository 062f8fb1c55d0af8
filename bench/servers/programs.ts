import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';
import type { ProgramName } from '../targets.ts';
import { centrifugoPeer, gqlgenPeer, nodePeers, type PeersOptions } from './peers.ts';
import type { Program } from './server.ts';

const PARLEY = join(import.meta.dirname, '../../src/main.ts');
const CENTRIFUGO_CONFIG = join(import.meta.dirname, '../peers/centrifugo/config.json');
const SOCKETS_MAX = 50_000;

type Launch = Pick<Program, 'command' | 'environment'>;

/** As `npm start` does, with nothing that a load test would only run into. */
export const launchParley = (port: number, directory: string): Launch => ({
  command: [process.execPath, ...NODE_FLAGS, PARLEY],
  environment: {
    ...{ PORT: String(port), HOST: '127.0.0.1', DATA_DIR: directory, CONNECTIONS_MAX: String(SOCKETS_MAX) },
    ...{ RATE_LIMITS: 'off', LOG_LEVEL: 'error', DRAIN_SECONDS: '0' },
  },
});

/** What starts a program; builds or installs first what is not there. Rejects with Missing where that can't be. */
export async function launchOf(
  name: Exclude<ProgramName, 'cluster' | 'bare'>,
  port: number,
  directory: string,
  options: PeersOptions,
): Promise<Launch> {
  const environment = { PORT: String(port), DATA_DIR: directory };
  switch (name) {
    case 'parley':
      return launchParley(port, directory);
    case 'gqlgen':
      return { command: [await gqlgenPeer(options)], environment };
    case 'centrifugo':
      return {
        command: [await centrifugoPeer(options), '-c', CENTRIFUGO_CONFIG],
        environment: { CENTRIFUGO_HTTP_SERVER_PORT: String(port) },
      };
    default:
      return { command: [process.execPath, join(await nodePeers(options), `${name}.js`)], environment };
  }
}
