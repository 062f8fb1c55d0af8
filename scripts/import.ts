import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { readBatches } from './import/batches.ts';
import { NodeClient, Refused } from './import/node-client.ts';
import { ProgressBar } from './import/progress-bar.ts';
import { describeSkipped, type Skipped } from './import/skipped.ts';

const HELP = `Brings a chat log into a running node: users, groups and messages with their original times.

  IMPORT_TOKEN=… npm run import -- FILE.jsonl.gz [options]

FILE holds one JSON object a line: {"at": "2014-01-02T18:15:31Z", "channel": "…", "author": "…", "text": "…"}.
The node has to be started with the same IMPORT_TOKEN. A second run adds nothing; one that was cut off goes on.

  --url URL            the node (http://localhost:4000)
  --handle HANDLE      the importing user, who takes one seat in every group and can read it all (importer)
  --password PASSWORD  of the importing user, who is signed up where there is none (the IMPORT_TOKEN)
  --help
`;

const IMPORT = `mutation ImportMessages($input: ImportMessagesInput!) {
  importMessages(input: $input) { imported repeated skipped { line reason } }
}`;

/** Leaves room for the line's number in a nonce of 64 characters. */
const FILE_NAME_CHARACTERS_MAX = 48;

interface Imported {
  readonly importMessages: {
    readonly imported: number;
    readonly repeated: number;
    readonly skipped: readonly Skipped[];
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    url: { type: 'string', default: 'http://localhost:4000' },
    handle: { type: 'string', default: 'importer' },
    password: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

try {
  process.exitCode = await main();
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const code = error instanceof Refused ? `${error.code}: ` : '';
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const path = positionals[0];
  if (values.help || path === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(HELP);
    return values.help ? 0 : 2;
  }
  const importToken = process.env['IMPORT_TOKEN'];
  if (importToken === undefined || importToken === '') {
    process.stderr.write('IMPORT_TOKEN is not set: give the one that the node was started with.\n');
    return 2;
  }
  const client = new NodeClient(values.url, { handle: values.handle, password: values.password ?? importToken });
  const bytes = statSync(path).size;
  const file = fileName(path);
  const bar = new ProgressBar(process.stderr);
  const skipped: Skipped[] = [];
  let imported = 0;
  let repeated = 0;
  for await (const batch of readBatches(path)) {
    skipped.push(...batch.malformed);
    if (batch.lines.length > 0) {
      const input = { importToken, file, lines: batch.lines };
      const { importMessages } = await client.run<Imported>(IMPORT, { input });
      imported += importMessages.imported;
      repeated += importMessages.repeated;
      skipped.push(...importMessages.skipped);
    }
    bar.show(batch.bytesRead / Math.max(bytes, 1), imported + repeated + skipped.length, 'lines');
  }
  bar.end();
  process.stdout.write(
    `${imported} messages imported, ${repeated} were there already, ${skipped.length} lines skipped\n`,
  );
  if (skipped.length > 0) process.stdout.write(`${describeSkipped(skipped)}\n`);
  const password = values.password === undefined ? 'the IMPORT_TOKEN' : 'the one you gave';
  process.stdout.write(`Read it all as '${values.handle}', password: ${password}.\n`);
  return 0;
}

/** What makes a line's nonce: the file's name, shortened by a digest where it is long. */
function fileName(path: string): string {
  const name = basename(path);
  if (name.length <= FILE_NAME_CHARACTERS_MAX) return name;
  return createHash('sha256').update(name).digest('hex').slice(0, FILE_NAME_CHARACTERS_MAX);
}
