import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './measure/machine.ts';
import type { MetricName, Values } from './measure/metrics.ts';
import { type Summary, summarise } from './measure/statistics.ts';
import type { SuiteName } from './suites/suites.ts';
import type { TargetName } from './targets.ts';

/** What one trial measured in one repeat; or why it measured nothing. */
export interface Measurement {
  readonly case: string;
  readonly target: TargetName;
  readonly repeat: number;
  readonly values: Values;
  readonly failed?: string;
}

/** One suite's run: `bench/results/SUITE.json`. */
export interface SuiteResults {
  readonly suite: SuiteName;
  readonly at: string;
  readonly machine: Machine;
  readonly isQuick: boolean;
  readonly measurements: readonly Measurement[];
  /** Servers that could not be had, with the reason. */
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Everything that was measured, to be asked by suite, case, target and metric. */
export class Results {
  readonly #suites: ReadonlyMap<SuiteName, SuiteResults>;

  constructor(suites: readonly SuiteResults[]) {
    this.#suites = new Map(suites.map((results) => [results.suite, results]));
  }

  /** Those of the named suites that have results in a directory. */
  static async read(directory: string, names: readonly SuiteName[]): Promise<Results> {
    const found: SuiteResults[] = [];
    for (const name of names) {
      const text = await readFile(fileOf(directory, name), 'utf8').catch(() => null);
      if (text !== null) found.push(JSON.parse(text) as SuiteResults);
    }
    return new Results(found);
  }

  get suites(): readonly SuiteResults[] {
    return [...this.#suites.values()];
  }

  suite(name: SuiteName): SuiteResults | null {
    return this.#suites.get(name) ?? null;
  }

  /** Trials that measured nothing. */
  get failures(): readonly Measurement[] {
    return [...this.#suites.values()].flatMap(({ measurements }) =>
      measurements.filter(({ failed }) => failed !== undefined),
    );
  }

  /** Over the repeats; null where there are none. */
  of(suite: SuiteName, caseName: string, target: TargetName, metric: MetricName): Summary | null {
    const measurements = this.suite(suite)?.measurements ?? [];
    return summarise(
      measurements
        .filter((measurement) => measurement.case === caseName && measurement.target === target)
        .flatMap(({ values }) => values[metric] ?? []),
    );
  }
}

const fileOf = (directory: string, suite: SuiteName): string => join(directory, `${suite}.json`);

export async function writeResults(directory: string, results: SuiteResults): Promise<void> {
  await mkdir(directory, { recursive: true });
  await writeFile(fileOf(directory, results.suite), `${JSON.stringify(results, null, 1)}\n`);
}
