import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientReadme } from './client-readme.ts';
import { run } from './run.ts';

const ROOT = join(import.meta.dirname, '..');
const SOURCE = join(ROOT, 'src/client');
/** A package of its own: `npm pack ./dist/client` makes a file that any application can install. */
const CLIENT_PACKAGE = join(ROOT, 'dist/client');
const TYPES = './types/src/client';

/** What applications import, by the name that they import it by. */
const ENTRIES = { client: 'index', 'client/react': 'react', 'client/node': 'node', 'client/worker': 'worker' } as const;

/** Builds the SDK as ES modules that bundlers can take apart, with types. Throws with what the compiler says. */
export async function buildClient(vite: typeof import('vite'), target = CLIENT_PACKAGE): Promise<void> {
  await rm(target, { recursive: true, force: true });
  await vite.build({
    configFile: false,
    root: SOURCE,
    logLevel: 'error',
    build: {
      outDir: target,
      emptyOutDir: false,
      target: 'es2024',
      minify: false,
      sourcemap: true,
      lib: { entry: Object.values(ENTRIES).map((name) => join(SOURCE, `${name}.ts`)), formats: ['es'] },
      rolldownOptions: {
        external: ['react', /^node:/],
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', minifyInternalExports: false },
      },
    },
  });
  const types = ['--project', join(SOURCE, 'tsconfig.build.json'), '--outDir', join(target, 'types')];
  const problems = await run('tsc', types);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await writeFile(join(target, 'package.json'), `${JSON.stringify(await manifest(), null, 2)}\n`);
  await copyFile(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
  await writeFile(join(target, 'README.md'), clientReadme(await readFile(join(ROOT, 'docs/clients.md'), 'utf8')));
}

async function manifest() {
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
  const exports = Object.entries(ENTRIES).map(([path, file]) => [
    `./${path}`,
    { types: `${TYPES}/${file}.d.ts`, default: `./${file}.js` },
  ]);
  return {
    name,
    version,
    description: 'The client of the chat backend Parley, for browsers and Node',
    license,
    type: 'module',
    // The worker does its work by being imported.
    sideEffects: ['./worker.js'],
    exports: Object.fromEntries(exports),
    peerDependencies: { react: '>=18' },
    peerDependenciesMeta: { react: { optional: true } },
  };
}
