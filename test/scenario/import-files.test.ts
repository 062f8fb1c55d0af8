import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { codeOf, run } from '../support/graphql.ts';
import { scrollBack } from '../support/history.ts';
import { enterImported, IMPORT_TOKEN, ImportRun } from '../support/import.ts';
import { type Node, startNode } from '../support/node.ts';
import { newHandle } from '../support/place.ts';

interface Line {
  readonly at: string;
  readonly channel: string;
  readonly author: string;
  readonly text: string;
}

let node: Node;
let directory: string;

beforeAll(async () => {
  node = await startNode({ env: { IMPORT_TOKEN } });
  directory = await mkdtemp(join(tmpdir(), 'parley-import-'));
});
afterAll(async () => {
  await node[Symbol.asyncDispose]();
  await rm(directory, { recursive: true });
});

/** Each a second after the one before, from the first of January. */
const year = (number: number, texts: readonly string[]): readonly Line[] =>
  texts.map((text, index) => ({
    at: new Date(Date.UTC(number, 0, 1, 0, 0, index)).toISOString(),
    ...{ channel: 'tea', author: 'grace', text },
  }));

async function write(path: string, lines: readonly (Line | string)[]): Promise<string> {
  const file = join(directory, path);
  await mkdir(dirname(file), { recursive: true });
  const sources = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(file, `${sources.join('\n')}\n`);
  return file;
}

async function importFile(file: string, ...options: string[]) {
  const importing = new ImportRun(node.url, file, IMPORT_TOKEN, ...options);
  const code = await importing.end();
  return { code, output: importing.output };
}

/** What there is of a channel, oldest first. */
async function textsOf(handle: string, channel = 'tea'): Promise<readonly string[]> {
  const { person, channelIds } = await enterImported(node.url, IMPORT_TOKEN, handle);
  return (await scrollBack(node.url, person, channelIds.get(channel) ?? '')).map(({ text }) => text ?? '');
}

const came = (imported: number, repeated: number, skipped = 0): string =>
  `${imported} messages imported, ${repeated} were there already, ${skipped} lines skipped`;

describe('files of one name', () => {
  const OLDER = year(2014, ['lol', 'second of 2014']);
  const NEWER = year(2015, ['lol', 'second of 2015', 'third of 2015']);

  // A line was known by the base name and its number: the first two of the second file were 'there already', and nowhere.
  test('come in whole from two folders, once each, and so does what they grow by', async () => {
    const handle = newHandle('two-years');
    const older = await write('whole/2014/january.jsonl', OLDER);
    const newer = await write('whole/2015/january.jsonl', NEWER);
    expect((await importFile(older, '--handle', handle)).output).toContain(came(2, 0));
    expect((await importFile(newer, '--handle', handle)).output).toContain(came(3, 0));
    expect((await importFile(older, '--handle', handle)).output).toContain(came(0, 2));
    expect((await importFile(newer, '--handle', handle)).output).toContain(came(0, 3));
    await write('whole/2014/january.jsonl', [...OLDER, ...year(2016, ['new'])]);
    expect((await importFile(older, '--handle', handle)).output).toContain(came(1, 2));
    expect(await textsOf(handle)).toEqual([...OLDER, ...NEWER, { text: 'new' }].map(({ text }) => text));
  });

  test('keep what an earlier version brought in as it is, and get what that had lost', async () => {
    const handle = newHandle('earlier');
    const older = await write('earlier/2014/january.jsonl', OLDER);
    const newer = await write('earlier/2015/january.jsonl', NEWER);
    const input = { handle, name: handle, password: IMPORT_TOKEN };
    const SIGN_UP = 'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }';
    const { signUp } = await run<{ signUp: { accessToken: string } }>(node.url, null, SIGN_UP, { input });
    // As it named the lines; of the newer file it took the third alone.
    const lines = [...OLDER, ...NEWER.slice(2)].map((line, index) => ({ ...line, line: index + 1 }));
    await change('importMessages', {
      url: node.url,
      by: { token: signUp.accessToken },
      input: { importToken: IMPORT_TOKEN, file: basename(older), lines },
    });
    expect((await importFile(older, '--handle', handle)).output).toContain(came(0, 2));
    expect((await importFile(newer, '--handle', handle)).output).toContain(came(2, 1));
    expect((await importFile(newer, '--handle', handle)).output).toContain(came(0, 3));
    expect([...(await textsOf(handle))].sort()).toEqual([...OLDER, ...NEWER].map(({ text }) => text).sort());
  });

  test('report a line that was changed later', async () => {
    const handle = newHandle('changed');
    const file = await write('changed/january.jsonl', NEWER);
    await importFile(file, '--handle', handle);
    await write('changed/january.jsonl', [...NEWER.slice(0, 2), ...year(2015, ['changed']), ...OLDER.slice(1)]);
    const { output } = await importFile(file, '--handle', handle);
    expect(output).toContain(came(1, 2, 1));
    expect(output).toMatch(/CONFLICT: [^\n]+\n {4}lines 3\n/);
  });
});

describe('a line that can be no message', () => {
  const at = (text: string): Line => ({ at: text, channel: 'tea', author: 'grace', text });

  // The node refused the batch for a time before the year 100, and a body too large, and named no line: the import ended there each time.
  // Of February's 30th it made the 2nd of March.
  test('is skipped by its number, and the rest comes in', async () => {
    const handle = newHandle('bad-lines');
    const file = await write('bad.jsonl', [
      at('2014-01-01T00:00:00Z'),
      at('0000-01-01T00:00:00Z'),
      at('0001-01-01T00:00:00+23:59'),
      at('+010000-01-01T00:00:00Z'),
      at('9999-12-31T23:59:59-00:01'),
      at('2014-02-30'),
      at('2014-02-30T12:00:00Z'),
      at('2014-02-28T12:00:00+01:00'),
      { ...at('2014-03-01T00:00:00Z'), text: 'x'.repeat(300_000) },
      { ...at('2014-03-01T00:00:00Z'), text: '\u0001'.repeat(60_000) },
      { ...at('2014-03-01T00:00:00Z'), channel: 'x'.repeat(300_000) },
      { ...at('2014-03-01T00:00:00Z'), text: 'x'.repeat(100_000) },
      at('2016-02-29T00:00:00Z'),
    ]);
    const { output, code } = await importFile(file, '--handle', handle);
    expect(output).toContain(came(3, 0, 10));
    expect(output).toContain('6 × "at" is no time\n    lines 2-7\n');
    expect(output).toContain('3 × more than 150000 bytes\n    lines 9-11\n');
    expect(output).toContain('1 × the text has more than 8000 characters\n    lines 12\n');
    expect(code).toBe(0);
    expect(await textsOf(handle)).toEqual([
      '2014-01-01T00:00:00Z',
      '2014-02-28T12:00:00+01:00',
      '2016-02-29T00:00:00Z',
    ]);
  });

  // The first line was 'not JSON'.
  test('is none that has a byte order mark before it', async () => {
    const handle = newHandle('marked');
    const file = await write('marked.jsonl', [`\uFEFF${JSON.stringify(at('2014-01-01T00:00:00Z'))}`]);
    expect((await importFile(file, '--handle', handle)).output).toContain(came(1, 0));
  });
});

// It ended with 'Too many requests', after it had waited for as long as it was told to.
test('an import waits where there are many log-ins of its user', async () => {
  await using limited = await startNode({ env: { IMPORT_TOKEN, RATE_LIMITS: 'on' } });
  const handle = newHandle('many-files');
  const file = await write('many.jsonl', year(2014, ['one']));
  const first = new ImportRun(limited.url, file, IMPORT_TOKEN, '--handle', handle);
  expect(await first.end()).toBe(0);
  const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
  const wrong = { input: { handle, password: 'a wrong one' } };
  let code = '';
  while (code !== 'RATE_LIMITED') code = (await codeOf(limited.url, null, LOG_IN, wrong)) ?? '';
  const next = new ImportRun(limited.url, file, IMPORT_TOKEN, '--handle', handle);
  expect(await next.end()).toBe(0);
  expect(next.output).toContain(came(0, 1));
});

describe('the command line', () => {
  // An option that does not exist ended in a stack trace.
  test.each<[string[], RegExp]>([
    [['--handel', 'ada'], /^Unknown option '--handel': --help says what there is\.\n$/],
    [['--password'], /^Option '--password <value>' argument missing: --help says what there is\.\n$/],
  ])('says in one line what is wrong with %j', async (words, said) => {
    const { output, code } = await importFile(join(directory, 'none.jsonl'), ...words);
    expect(output).toMatch(said);
    expect(code).toBe(2);
  });

  test('says at once that nobody is there', async () => {
    const importing = new ImportRun('http://127.0.0.1:9', await write('none.jsonl', year(2014, ['one'])), IMPORT_TOKEN);
    expect(await importing.end()).toBe(1);
    expect(importing.output).toMatch(/^fetch failed \([^\n]+\)\n$/);
  });
});
