import { parseArgs } from 'node:util';

export const HELP = `Brings a chat log into a running node: users, groups and messages with their original times.

  IMPORT_TOKEN=… npm run import -- FILE.jsonl.gz [options]

FILE holds one JSON object a line: {"at": "2014-01-02T18:15:31Z", "channel": "…", "author": "…", "text": "…"}.
The node has to be started with the same IMPORT_TOKEN. A second run adds nothing; one that was cut off goes on, and a
file that has grown at its end brings in what is new. A file is known by its name, without the folders, and its first
message: with another one it is another file. A line that was changed later is skipped as CONFLICT.

  --url URL            the node (http://localhost:4000)
  --handle HANDLE      the importing user, who takes one seat in every group and can read it all (importer)
  --password PASSWORD  of the importing user, who is signed up where there is none (the IMPORT_TOKEN)
  --help
`;

export interface CommandLine {
  readonly paths: readonly string[];
  readonly url: string;
  readonly handle: string;
  /** Null: the import token is one. */
  readonly password: string | null;
  readonly isHelp: boolean;
}

/** Reads the command line. Throws an error of one line that says what is wrong with it. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        url: { type: 'string', default: 'http://localhost:4000' },
        handle: { type: 'string', default: 'importer' },
        password: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    const { url, handle, password = null, help } = values;
    return { paths: positionals, url, handle, password, isHelp: help };
  } catch (error) {
    // What follows explains how to name files that begin with a dash.
    const [said = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    throw new Error(`${said.replace(/\.$/, '')}: --help says what there is.`);
  }
}
