import process from 'node:process';
import { styleText } from 'node:util';
import { oneGraphql, permissiveLicences, portableLockFile } from './check-packages.ts';
import { breakingChanges, contractShortfalls, missingDescriptions, staleGenerated } from './check-schema.ts';
import { run } from './run.ts';

/** Returns what is wrong, a line each; nothing when all is well. */
type Check = () => readonly string[] | Promise<readonly string[]>;

/** `npm run check`: all of them run and report, whichever fails. */
const CHECKS: Readonly<Record<string, Check>> = {
  types: () => run('tsc', ['--noEmit']),
  'types of the client': () => run('tsc', ['--noEmit', '--project', 'src/client']),
  'types of the chat': () => run('tsc', ['--noEmit', '--project', 'web/chat']),
  'types of GraphiQL': () => run('tsc', ['--noEmit', '--project', 'web/graphiql']),
  'style and lint': () => run('biome', ['check', '--error-on-warnings']),
  'unused files, exports, dependencies': () => run('knip', []),
  'one copy of graphql': oneGraphql,
  'no registry addresses in the lock file': portableLockFile,
  'licences of dependencies': permissiveLicences,
  'a description on everything in the schema': missingDescriptions,
  'the public contract': contractShortfalls,
  'generated files are current (npm run codegen)': staleGenerated,
  'breaking changes': breakingChanges,
};

let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
  const problems = await attempt(check);
  if (problems.length > 0) failed += 1;
  const mark = problems.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'failed');
  process.stdout.write(`${mark}  ${name}\n${problems.map((problem) => `        ${problem}\n`).join('')}`);
}
process.stdout.write(`\n${Object.keys(CHECKS).length - failed} checks passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function attempt(check: Check): Promise<readonly string[]> {
  try {
    return await check();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
