import { describe, expect, it } from 'vitest';
import { badName, bannedIn, foreignPathsIn } from './architecture/bans.ts';
import { brokenImports, spreadPackages } from './architecture/imports.ts';
import { importsOf, lineCount, readSource, repositoryFiles, sourcesIn } from './architecture/sources.ts';

const FILE_LINES_MAX = 400;
const FILE_LINES_MEDIAN_MAX = 100;
const BINARY_FILE = /\.(webp|gz)$/;
const NOT_OURS = /^(package-lock\.json|(schema|examples\/relay)\/generated\/)/;
/** They hold the patterns that they look for. */
const RULES = /^test\/architecture/;

const server = sourcesIn('src/');
const all = sourcesIn('').filter(({ path }) => !NOT_OURS.test(path));

describe('the import table', () => {
  it('holds for every file of src', () => {
    expect(brokenImports(server)).toEqual([]);
  });

  it('keeps each vendor package in one folder', () => {
    expect(spreadPackages(server)).toEqual([]);
  });

  it.each([
    ['src/graphql/channel.ts', "import { storage } from '../storage/storage.ts';", 'call a service'],
    ['src/domain/message.ts', "import type { Log } from '../log/log.ts';", 'domain may not import log'],
    ['src/services/messages.ts', "export { open } from '../sqlite/database.ts';", 'services may not import sqlite'],
    ['src/discovery/static.ts', "import {\n  PubSub,\n} from '../pubsub/pubsub.ts';", 'src/discovery/static.ts:3'],
    ['src/log/kafka.ts', "const sqlite = await import('../storage/sqlite/users.ts');", 'implementation of storage'],
    ['src/stream/hub.ts', "import 'node:sqlite';", 'only src/sqlite/'],
    ['src/client/client.ts', "import { LIMITS } from '../config/limits.ts';", 'the SDK knows the schema'],
    ['src/extra/thing.ts', '', 'in no part'],
  ])('would fail for %s', (path, text, said) => {
    expect(brokenImports([{ path, text }]).join('\n')).toContain(said);
  });

  it('would fail for a package in two folders', () => {
    const sources = ['src/gateway/a.ts', 'src/stream/b.ts'].map((path) => ({ path, text: "import ws from 'ws';" }));
    expect(spreadPackages(sources)).toEqual(['ws is imported in src/gateway and src/stream: wrap it in one of them']);
  });

  it('reads no import out of a comment', () => {
    const text = "// import a from 'a';\n/* import b from 'b';\n */\nimport c from '@d/c/deep'; // import e from 'e'";
    expect(importsOf({ path: 'src/x.ts', text })).toEqual([{ line: 4, own: false, target: '@d/c' }]);
  });
});

describe('bans', () => {
  it('hold in every file', () => {
    expect(all.filter(({ path }) => !RULES.test(path)).flatMap((source) => bannedIn(source))).toEqual([]);
  });

  // One for each rule; nothing here is run.
  it.each([
    ['src/a.ts', 'console.log(1)'],
    ['src/a.ts', 'const port = process.env.PORT'],
    ['scripts/a.ts', 'process.exit(1)'],
    ['src/stream/a.ts', 'Math.random()'],
    ['src/domain/a.ts', 'const at = Date.now()'],
    ['test/a.ts', "new URL('a b.ts', import.meta.url).pathname"],
    ['src/a.ts', 'value as any'], // a sample that the rule must find
    ['src/a.ts', '// @ts-ignore'], // a sample that the rule must find
    ['src/a.ts', '// TODO: later'], // a sample that the rule must find
    ['test/a.test.ts', "it.only('x')"], // a sample that the rule must find
    ['test/a.test.ts', "describe.skipIf(true)('x')"],
  ])('would find in %s: %s', (path, text) => {
    expect(bannedIn({ path, text })).toHaveLength(1);
  });

  it('find nothing where the thing is allowed', () => {
    expect(bannedIn({ path: 'src/config/env.ts', text: 'process.env' })).toEqual([]);
    const words = '// as any other\nconst any = "anything"'; // a sample that the rule must leave alone
    expect(bannedIn({ path: 'src/a.ts', text: words })).toEqual([]);
  });
});

describe('files', () => {
  it(`have at most ${FILE_LINES_MAX} lines`, () => {
    const long = all.filter(({ text }) => lineCount(text) > FILE_LINES_MAX);
    expect(long.map(({ path, text }) => `${path} has ${lineCount(text)} lines: one noun a file`)).toEqual([]);
  });

  it(`of src have a median of at most ${FILE_LINES_MEDIAN_MAX} lines`, () => {
    const counts = server.map(({ text }) => lineCount(text)).sort((a, b) => a - b);
    expect(counts[Math.floor(counts.length / 2)]).toBeLessThanOrEqual(FILE_LINES_MEDIAN_MAX);
  });

  it('have kebab-case names', () => {
    expect(
      repositoryFiles()
        .filter((path) => !NOT_OURS.test(path))
        .flatMap(badName),
    ).toEqual([]);
    expect(badName('src/domain/ChannelView.ts')).toEqual([
      "src/domain/ChannelView.ts: 'ChannelView.ts' is not kebab-case",
    ]);
  });

  it('name no path of one machine', () => {
    const texts = repositoryFiles().filter((path) => ![BINARY_FILE, NOT_OURS, RULES].some((other) => other.test(path)));
    expect(texts.flatMap((path) => foreignPathsIn(readSource(path)))).toEqual([]);
    expect(foreignPathsIn({ path: 'docs/a.md', text: `see /${'home'}/ada/parley` })).toHaveLength(1);
  });
});
