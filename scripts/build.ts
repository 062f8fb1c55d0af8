import process from 'node:process';
import { buildClient } from './build-client.ts';

/**
 * Builds the pages that nodes serve and the client SDK into dist/. It runs by itself after `npm ci`. An installation without development
 * dependencies has no bundler: such a node serves what was built before, or says how to build it.
 */
const CONFIGURATIONS = ['web/chat/vite.config.ts', 'web/graphiql/vite.config.ts'];

const vite = await import('vite').catch((error: unknown) => {
  if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') return null;
  throw error;
});

if (vite === null) {
  process.stdout.write('pages and SDK not built: vite is a development dependency\n');
} else {
  await buildClient(vite);
  for (const configFile of CONFIGURATIONS) await vite.build({ configFile });
}
