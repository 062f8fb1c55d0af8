import { join } from 'node:path';
import type { CommandLine } from './command-line.ts';
import { describeMachine } from './measure/machine.ts';
import { describeOutcome, Progress } from './report/progress.ts';
import { type Measurement, type SuiteResults, writeResults } from './results.ts';
import { Runner } from './runner.ts';
import { Missing } from './servers/peers.ts';
import type { Trial } from './suites/suite.ts';
import { SUITES, type SuiteName } from './suites/suites.ts';
import { targetOf } from './targets.ts';

export interface SessionOptions {
  readonly commandLine: CommandLine;
  readonly cacheDirectory: string;
  readonly outDirectory: string;
  readonly out: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/**
 * Measures the suites one after the other, each server in turn and all of it again for each repeat, so that what changes on the machine meanwhile
 * meets all of them. Each suite's results are written when it ends, or is ended.
 */
export async function measure(options: SessionOptions): Promise<void> {
  const { commandLine, cacheDirectory, outDirectory, out, signal } = options;
  const repeats = Array.from({ length: commandLine.repeats }, (_, index) => index + 1);
  const trials = commandLine.suites.flatMap((suite) => trialsOf(suite, commandLine));
  const progress = new Progress(
    out,
    repeats.flatMap(() => trials.map(({ seconds }) => seconds)),
  );
  const profilesDirectory = commandLine.isProfile ? join(outDirectory, 'profiles') : null;
  const report = (text: string): void => progress.line(text);
  await using runner = await Runner.create({ cacheDirectory, signal, report, profilesDirectory });
  for (const suite of commandLine.suites) await measureSuite(suite, runner, progress, options);
}

const trialsOf = (suite: SuiteName, { scale, targets, cases }: CommandLine): readonly Trial[] =>
  SUITES[suite]
    .trials(scale)
    .filter((trial) => targets.includes(trial.target) && (cases === null || cases.includes(trial.case)));

async function measureSuite(
  suite: SuiteName,
  runner: Runner,
  progress: Progress,
  options: SessionOptions,
): Promise<void> {
  const { commandLine, outDirectory } = options;
  const trials = trialsOf(suite, commandLine);
  if (trials.length === 0) return;
  const machine = describeMachine();
  const measurements: Measurement[] = [];
  const leftOut: Record<string, string> = {};
  try {
    for (let repeat = 1; repeat <= commandLine.repeats; repeat += 1) {
      for (const trial of trials) {
        const what = `${SUITES[suite].title}, ${trial.case}: ${targetOf(trial.target).title}`;
        progress.starts(what);
        const outcome = await runOne(trial, repeat, runner, leftOut);
        if (typeof outcome !== 'string') measurements.push(outcome);
        progress.ended(
          what,
          trial.seconds,
          typeof outcome === 'string' ? `left out: ${outcome}` : describeOutcome(outcome),
        );
      }
    }
  } finally {
    const results: SuiteResults = {
      ...{ suite, at: new Date().toISOString(), machine, isQuick: commandLine.isQuick, measurements, leftOut },
    };
    if (measurements.length > 0) await writeResults(outDirectory, results);
  }
}

/** The reason where the server can't be had here. */
async function runOne(
  trial: Trial,
  repeat: number,
  runner: Runner,
  leftOut: Record<string, string>,
): Promise<Measurement | string> {
  const { title } = targetOf(trial.target);
  const known = leftOut[title];
  if (known !== undefined) return known;
  try {
    return await runner.run(trial, repeat);
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    leftOut[title] = error.message;
    return error.message;
  }
}
