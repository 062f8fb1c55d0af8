import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { run } from '../support/graphql.ts';
import { scrollBack } from '../support/history.ts';
import { enterImported, ImportRun } from '../support/import.ts';
import { type Node, type NodeOptions, startNode } from '../support/node.ts';
import { until } from '../support/until.ts';

const IMPORT_TOKEN = 'a secret for this test';
const LINES = 12_000;
const AUTHORS = 50;
const CHANNELS = ['tea', 'coffee'];
const HEADS = '{ viewer { channels { edges { node { head } } } } }';

let directory: string;
let file: string;

const lines = Array.from({ length: LINES }, (_, index) => ({
  at: new Date(1_388_534_400_000 + index * 1_000).toISOString(),
  channel: CHANNELS[index % CHANNELS.length] ?? '',
  author: `author-${(index * 7) % AUTHORS}`,
  text: `message ${index}`,
}));

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-import-'));
  file = join(directory, 'log.jsonl');
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join('\n'));
});
afterAll(() => rm(directory, { recursive: true }));

const start = (options: NodeOptions = {}): Promise<Node> =>
  startNode({ ...options, env: { IMPORT_TOKEN, ...options.env } });

/** Resolves while the import is at work, when the node has about so many of its lines. */
async function underway(url: string, importing: ImportRun, count: number): Promise<void> {
  const { token } = await until('the importing user to be there', async () => {
    const entered = await enterImported(url, IMPORT_TOKEN).catch(() => null);
    return entered?.person;
  });
  await until(
    `${count} lines to be in`,
    async () => {
      type Heads = { viewer: { channels: { edges: { node: { head: number } }[] } } };
      const { viewer } = await run<Heads>(url, token, HEADS);
      return viewer.channels.edges.reduce((sum, { node }) => sum + node.head, 0) >= count;
    },
    120_000,
  );
  expect(importing.process.exitCode).toBeNull();
}

/** Every line once, in its order. */
async function expectWhole(url: string): Promise<void> {
  const { person, channelIds } = await enterImported(url, IMPORT_TOKEN);
  expect([...channelIds.keys()].sort()).toEqual([...CHANNELS].sort());
  for (const [name, id] of channelIds) {
    const texts = lines.filter(({ channel }) => channel === name).map(({ text }) => text);
    expect((await scrollBack(url, person, id)).map(({ text }) => text)).toEqual(texts);
  }
}

test('an import that is killed goes on where it was: nothing twice, nothing missing', async () => {
  await using node = await start();
  for (const share of [0.3, 0.6]) {
    const killed = new ImportRun(node.url, file, IMPORT_TOKEN);
    await underway(node.url, killed, LINES * share);
    killed.process.kill('SIGKILL');
    expect(await killed.end()).toBeNull();
  }
  const last = new ImportRun(node.url, file, IMPORT_TOKEN);
  expect(await last.end()).toBe(0);
  const [, imported, repeated] =
    /^(\d+) messages imported, (\d+) were there already, 0 lines skipped$/m.exec(last.output) ?? [];
  expect(Number(imported) + Number(repeated)).toBe(LINES);
  expect(Number(repeated)).toBeGreaterThanOrEqual(LINES * 0.5);
  await expectWhole(node.url);
}, 240_000);

test('an import outlives kill -9 of the node: nothing twice, nothing missing', async () => {
  const env = { PORT: String(await freePort()) };
  await using first = await start({ env });
  const importing = new ImportRun(first.url, file, IMPORT_TOKEN);
  let node = first;
  for (const share of [0.2, 0.5, 0.8]) {
    await underway(node.url, importing, LINES * share);
    await node.kill();
    node = await start({ env, directory: first.directory });
  }
  await using last = node;
  expect(await importing.end()).toBe(0);
  expect(importing.output).toMatch(/0 lines skipped/);
  await expectWhole(last.url);
}, 240_000);
