import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startNode } from '../support/node.ts';

const ROOT = join(import.meta.dirname, '../..');
const LINKED = 'node_modules';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-image-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** What the engine is given: as in its own reading of the file, the last line that fits a path decides. */
async function copyContext(to: string): Promise<void> {
  const lines = (await readFile(join(ROOT, '.dockerignore'), 'utf8')).split('\n').filter((line) => line !== '');
  const isTaken = (path: string): boolean =>
    !(lines.findLast((line) => matchesGlob(path, line.replace(/^!/, ''))) ?? '!').match(/^[^!]/);
  await cp(ROOT, to, { recursive: true, filter: (source) => isTaken(relative(ROOT, source) || '.') });
}

/** Links the packages that stay when those for development are taken away. */
async function linkPackages(to: string): Promise<void> {
  const lock = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  const kept = Object.entries(lock.packages).filter(
    ([path, { dev }]) => path.lastIndexOf(LINKED) === 0 && dev !== true,
  );
  for (const [path] of kept) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await symlink(join(ROOT, path), join(to, path));
  }
}

// The build was not given the page that goes into the SDK's package, and failed: no engine had been at hand to tell.
it('what the Dockerfile copies is all that a node needs', { timeout: 120_000 }, async () => {
  const [build, image] = [join(directory, 'build'), join(directory, 'image')];
  await copyContext(build);
  await symlink(join(ROOT, LINKED), join(build, LINKED));
  await promisify(execFile)(process.execPath, ['scripts/build.ts'], { cwd: build });
  const dockerfile = await readFile(join(ROOT, 'docker/Dockerfile'), 'utf8');
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/parley\/(\S+) /gm)].map(([, path = '']) => path);
  expect(copied).toContain(LINKED);
  for (const path of copied) if (path !== LINKED) await cp(join(build, path), join(image, path), { recursive: true });
  await linkPackages(image);
  await using node = await startNode({ main: join(image, 'src/main.ts') });
  expect((await fetch(new URL('/health', node.url))).status).toBe(200);
  const headers = { accept: 'text/html' };
  for (const page of [node.url, new URL('/', node.url)]) {
    const response = await fetch(page, { headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('<script');
  }
  expect(await node.stop()).toBe(0);
});
