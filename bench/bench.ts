import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { EXIT_CODE_CUT_SHORT, runCommand } from '../scripts/command-line/run-command.ts';
import { publishCapacity } from './capacity/page.ts';
import { describeVerdict, isPassed, verdictsOf } from './check.ts';
import { type CommandLine, HELP, parseCommandLine } from './command-line.ts';
import { isInMemory, openFilesMax } from './measure/machine.ts';
import { renderPage } from './report/page.ts';
import { Results, writeResults } from './results.ts';
import { defaultCacheDirectory } from './servers/cache.ts';
import { measure } from './session.ts';
import { SUITE_NAMES } from './suites/suites.ts';

const RESULTS = join(import.meta.dirname, 'results');
const DOCS = join(import.meta.dirname, '../docs');

await runCommand({ help: HELP, parse: parseCommandLine, main });

async function main(commandLine: CommandLine): Promise<number> {
  const outDirectory = commandLine.out === null ? RESULTS : resolve(commandLine.out);
  const end = new AbortController();
  if (commandLine.isRun) {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.once(signal, () => end.abort(new Error(`Ended by ${signal}`)));
    }
    const cacheDirectory = defaultCacheDirectory();
    await mkdir(cacheDirectory, { recursive: true });
    await warn(commandLine, cacheDirectory);
    try {
      await measure({ commandLine, cacheDirectory, outDirectory, out: process.stdout, signal: end.signal });
    } catch (error) {
      if (!end.signal.aborted) throw error;
    }
  }
  const results = await Results.read(outDirectory, SUITE_NAMES);
  const verdicts = verdictsOf(results);
  const page = renderPage(results, verdicts);
  await writePage(outDirectory, page);
  say(`\nThe page is ${join(outDirectory, 'performance.md')}.`);
  if (commandLine.isPublish) await publish(page, results);
  if (end.signal.aborted) return EXIT_CODE_CUT_SHORT;
  if (!commandLine.isCheck) return 0;
  for (const verdict of verdicts) say(describeVerdict(verdict));
  for (const { case: caseName, target, failed } of results.failures) say(`failed  ${caseName}, ${target}: ${failed}`);
  const missed = verdicts.filter(({ isMet }) => !isMet).length;
  say(`\n${verdicts.length - missed} met, ${missed} missed, ${results.failures.length} trials failed`);
  return isPassed(verdicts, results) ? 0 : 1;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What bends figures on this machine. */
async function warn({ scale }: CommandLine, cacheDirectory: string): Promise<void> {
  if (!existsSync('/proc/self/schedstat'))
    throw new Error('The bench reads processor time from /proc: it needs Linux.');
  if (await isInMemory(cacheDirectory)) {
    say(`${cacheDirectory} is in memory: a durable send waits for no disk there. BENCH_CACHE names another directory.`);
  }
  const sockets = 100 * scale.idleGroups;
  if (openFilesMax() < sockets + 1_000) {
    say(`A process may open ${openFilesMax()} files: what holds ${sockets} sockets will fail (ulimit -n).`);
  }
}

async function writePage(directory: string, { markdown, charts }: ReturnType<typeof renderPage>): Promise<void> {
  const folder = join(directory, 'performance');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(directory, 'performance.md'), markdown);
  for (const [file, svg] of charts) await writeFile(join(folder, file), svg);
}

/** Results go with it: docs/capacity.md is made from them. */
async function publish(page: ReturnType<typeof renderPage>, results: Results): Promise<void> {
  await writePage(DOCS, page);
  for (const suite of results.suites) await writeResults(join(DOCS, 'performance'), suite);
  await publishCapacity(DOCS);
  say(`It is published as ${join(DOCS, 'performance.md')}, and ${join(DOCS, 'capacity.md')} is made from it.`);
}
