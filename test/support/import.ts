import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { run } from './graphql.ts';
import type { Person } from './person.ts';

const SCRIPT = new URL('../../scripts/import.ts', import.meta.url).pathname;

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
