import { statSync } from 'node:fs';
import { readBatches } from './import/batches.ts';
import { fileNames } from './import/file-names.ts';
import { NodeClient, Refused } from './import/node-client.ts';
import { type CommandLine, HELP, parseCommandLine } from './import/options.ts';
import { ProgressBar } from './import/progress-bar.ts';
import { describeSkipped, type Skipped } from './import/skipped.ts';

const IMPORT = `mutation ImportMessages($input: ImportMessagesInput!) {
  importMessages(input: $input) { imported repeated skipped { line reason } }
}`;

interface Imported {
  readonly importMessages: {
    readonly imported: number;
    readonly repeated: number;
    readonly skipped: readonly Skipped[];
  };
}

/** As of other commands: it can't be done as it was asked for. */
const EXIT_CODE_USAGE = 2;

try {
  process.exitCode = await main();
} catch (error) {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const code = error instanceof Refused ? `${error.code}: ` : '';
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exitCode = 1;
}

async function main(): Promise<number> {
  let commandLine: CommandLine;
  try {
    commandLine = parseCommandLine(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_CODE_USAGE;
  }
  const { paths, url, handle, password, isHelp } = commandLine;
  const [path] = paths;
  if (isHelp || path === undefined || paths.length > 1) {
    (isHelp ? process.stdout : process.stderr).write(HELP);
    return isHelp ? 0 : EXIT_CODE_USAGE;
  }
  const importToken = process.env['IMPORT_TOKEN'];
  if (importToken === undefined || importToken === '') {
    process.stderr.write('IMPORT_TOKEN is not set: give the one that the node was started with.\n');
    return EXIT_CODE_USAGE;
  }
  const client = new NodeClient(url, { handle, password: password ?? importToken });
  const bytes = statSync(path).size;
  const bar = new ProgressBar(process.stderr);
  const skipped: Skipped[] = [];
  let imported = 0;
  let repeated = 0;
  for await (const batch of readBatches(path)) {
    skipped.push(...batch.malformed);
    if (batch.lines.length > 0) {
      const input = { importToken, ...fileNames(path, batch.firstMessage), lines: batch.lines };
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
  const which = password === null ? 'the IMPORT_TOKEN' : 'the one you gave';
  process.stdout.write(`Read it all as '${handle}', password: ${which}.\n`);
  return 0;
}
