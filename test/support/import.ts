import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { change } from './change.ts';
import { run } from './graphql.ts';
import type { Person } from './person.ts';

/** What a place is to be opened with, where something is imported there. */
export const IMPORT_TOKEN = 'a secret for this test';

const SCRIPT = join(import.meta.dirname, '../../scripts/import.ts');

/** `npm run import -- …` as a process of its own. */
export class ImportRun {
  readonly process: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = '';

  constructor(url: string, file: string, token: string | null, ...options: string[]) {
    const env = { PATH: process.env['PATH'], ...(token === null ? {} : { IMPORT_TOKEN: token }) };
    this.process = spawn(process.execPath, [SCRIPT, file, '--url', url, ...options], { env });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output += chunk;
      });
    }
    this.#ended = once(this.process, 'close').then(([code]) => code as number | null);
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output;
  }

  /** The exit code, null where it was killed. */
  end(): Promise<number | null> {
    return this.#ended;
  }
}

interface Entered {
  readonly logIn: {
    readonly accessToken: string;
    readonly viewer: {
      readonly id: string;
      readonly channels: {
        readonly edges: readonly { readonly node: { readonly id: string; readonly name: string } }[];
      };
    };
  };
}

const LOG_IN = `mutation ($input: LogInInput!) {
  logIn(input: $input) { accessToken viewer { id channels { edges { node { id name } } } } }
}`;

/** Whoever has imported reads it all: the importing user, and the imported channels by name. */
export async function enterImported(
  url: string,
  password: string,
  handle = 'importer',
): Promise<{ readonly person: Person; readonly channelIds: ReadonlyMap<string, string> }> {
  const { logIn } = await run<Entered>(url, null, LOG_IN, { input: { handle, password } });
  const { accessToken: token, viewer } = logIn;
  return {
    person: { handle, id: viewer.id, token, refreshToken: '' },
    channelIds: new Map(viewer.channels.edges.map(({ node: { id, name } }) => [name, id])),
  };
}

interface GeneratedOptions {
  readonly importer: Person;
  readonly count: number;
  readonly text: (index: number) => string;
}

/** Below a node's bound on a body, with room for what is around the texts. */
const BATCH_CHARACTERS_MAX = 200_000;
const BATCH_LINES_MAX = 500;

/** A channel of the importing user with so many messages, by far faster than by sending. The result is its id. */
export async function importChannel(url: string, options: GeneratedOptions): Promise<string> {
  const { importer, count, text } = options;
  let lines: object[] = [];
  let characters = 0;
  for (let index = 0; index < count; index += 1) {
    const line = {
      line: index + 1,
      at: new Date(1_388_534_400_000 + index * 1_000).toISOString(),
      channel: 'long ago',
      author: importer.handle,
      text: text(index),
    };
    lines.push(line);
    characters += line.text.length + 100;
    if (lines.length < BATCH_LINES_MAX && characters < BATCH_CHARACTERS_MAX && index < count - 1) continue;
    await change('importMessages', {
      url,
      by: importer,
      input: { importToken: IMPORT_TOKEN, file: 'generated', lines },
    });
    lines = [];
    characters = 0;
  }
  const channels = '{ viewer { channels(first: 100) { edges { node { id name } } } } }';
  const { viewer } = await run<Omit<Entered['logIn'], 'accessToken'>>(url, importer.token, channels);
  return viewer.channels.edges.find(({ node }) => node.name === 'long ago')?.node.id ?? '';
}
