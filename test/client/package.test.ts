import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import * as vite from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildClient } from '../../scripts/build-client.ts';
import { type Node, startNode } from '../support/node.ts';

const execute = promisify(execFile);

const ROOT = join(import.meta.dirname, '../..');
const BYTES_MAX = 25_000;

const BOT = `
import { createClient, ParleyError } from 'parley/client';
import { fileStorage } from 'parley/client/node';

const [url, path] = process.argv.slice(2);
using client = createClient({ url, storage: fileStorage(path) });
if (await client.ready() === null) await client.signUp({ handle: 'bot', name: 'Bot', password: 'correct horse' });
const group = await client.createGroup({ name: 'Tea', people: [] });
group.open();
await group.send('Hello');
await new Promise((resolve) => {
  const look = () => group.messages.get().items[0]?.status === 'sent' && resolve();
  group.messages.subscribe(look);
  look();
});
const refused = await client.findUser('nobody').catch((error) => error instanceof ParleyError && error.code);
process.stdout.write(JSON.stringify([client.viewer.get().handle, group.messages.get().items[0].text, refused]));
`;

const APPLICATION = `
import { type Channel, type ChatChannel, type Client, createClient, type ShownMessage } from 'parley/client';
import { fileStorage } from 'parley/client/node';
import { ClientProvider, useChannels, useMessages } from 'parley/client/react';

const client: Client = createClient({ url: 'https://chat.example.org', storage: fileStorage('x') });
const channel: ChatChannel = client.channel('id');
export const nonce: Promise<string> = channel.send('text', { replyTo: 'id' });
export const unread: number = client.channels.get().reduce((sum: number, { unread }: Channel) => sum + unread, 0);
export const items: readonly ShownMessage[] = channel.messages.get().items;
export const hooks = [ClientProvider, useChannels, useMessages];
export function use(): void {
  const [first] = useMessages('id').items;
  const status: 'sent' | 'pending' | 'failed' | undefined = first?.status;
  const connection = client.connection.get();
  if (connection.status === 'offline') connection.since.toFixed();
  // A wrong name is one that the compiler finds: the types are there.
  const wrong: 'wrong' extends keyof Client ? true : false = false;
  void [status, wrong];
}
`;

describe('the packed SDK', { timeout: 120_000 }, () => {
  let directory: string;
  let installed: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-package-'));
    installed = join(directory, 'node_modules/parley');
    await buildClient(vite, join(directory, 'built'));
    const pack = ['pack', './built', '--pack-destination', directory, '--silent'];
    const name = (await execute('npm', pack, { cwd: directory })).stdout.trim();
    await writeFile(join(directory, 'package.json'), JSON.stringify({ type: 'module', private: true }));
    const install = ['install', `./${name}`, '--offline', '--no-audit', '--no-fund', '--silent'];
    await execute('npm', install, { cwd: directory });
  }, 120_000);

  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('needs nothing else', async () => {
    expect((await readdir(join(directory, 'node_modules'))).filter((name) => !name.startsWith('.'))).toEqual([
      'parley',
    ]);
    const { dependencies, peerDependenciesMeta } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
    expect(dependencies).toBeUndefined();
    expect(peerDependenciesMeta).toEqual({ react: { optional: true } });
  });

  it('tells how it is used, and links to nothing that is not in it', async () => {
    const readme = await readFile(join(installed, 'README.md'), 'utf8');
    const anchors = [...readme.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => `#${heading.toLowerCase()}`);
    const links = [...readme.matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target.replaceAll('-', ' '));
    expect(links.length).toBeGreaterThan(5);
    expect(links.filter((target) => !anchors.includes(target))).toEqual([]);
    expect(readme).not.toContain('images/');
  });

  it('chats from a plain Node program, which ends by itself', async () => {
    await using node: Node = await startNode();
    await writeFile(join(directory, 'bot.ts'), BOT);
    const options = ['bot.ts', node.url, join(directory, 'bot.json')];
    const { stdout } = await execute(process.execPath, options, { cwd: directory, timeout: 60_000 });
    expect(JSON.parse(stdout)).toEqual(['bot', 'Hello', 'NOT_FOUND']);
    // The session was kept: it need not sign up again.
    const again = await execute(process.execPath, options, { cwd: directory, timeout: 60_000 });
    expect(JSON.parse(again.stdout)).toEqual(['bot', 'Hello', 'NOT_FOUND']);
  });

  it('brings its types', async () => {
    await writeFile(join(directory, 'application.ts'), APPLICATION);
    await mkdir(join(directory, 'node_modules/@types'), { recursive: true });
    for (const name of ['react', '@types/react', '@types/node', 'csstype', 'undici-types']) {
      await symlink(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name));
    }
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--types', 'node'];
    for (const resolution of ['bundler', 'nodenext']) {
      const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
      const how = ['--module', module, '--moduleResolution', resolution, '--lib', 'es2024,dom,esnext.disposable'];
      await execute('tsc', [...options, ...how, 'application.ts'], { cwd: directory }).catch((error) => {
        throw new Error(error.stdout);
      });
    }
  });

  it(`is smaller than ${BYTES_MAX} bytes in an application, compressed, with all that it needs, and holds no graphql`, async () => {
    const code = await bundled("export { createClient } from 'parley/client';");
    expect(gzipSync(code).length).toBeLessThan(BYTES_MAX);
    expect(code).toContain('graphql-transport-ws');
    expect(code).not.toMatch(/GraphQLSchema|visitWithTypeInfo|Cannot use GraphQL/);
    expect(code).not.toContain('node:fs');
  });

  it('leaves out what an application does not use', async () => {
    const code = await bundled("export { memoryStorage } from 'parley/client';");
    // What idb sets up is all that stays.
    expect(code.length).toBeLessThan(5_000);
    expect(code).not.toContain('WebSocket');
  });

  async function bundled(source: string): Promise<string> {
    await writeFile(join(directory, 'entry.js'), source);
    const built = await vite.build({
      configFile: false,
      root: directory,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2024',
        lib: { entry: 'entry.js', formats: ['es'] },
        rolldownOptions: { output: { minify: true } },
      },
    });
    const [bundle] = Array.isArray(built) ? built : [built];
    if (bundle === undefined || !('output' in bundle)) throw new Error('nothing was built');
    return bundle.output.map((part) => (part.type === 'chunk' ? part.code : '')).join('');
  }
});
