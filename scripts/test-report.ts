import { relative } from 'node:path';
import process from 'node:process';
import type { TestError } from 'vitest';
import type { TestCase, TestModule, TestSuite } from 'vitest/node';

const NOT_SELECTED = 'not selected, or its suite could not be set up';

export interface Report {
  /** What passed at a second try only and why, and what was left out with its reason; the last line is `N passed, N failed, N skipped`. */
  readonly lines: readonly string[];
  readonly succeeded: boolean;
}

/**
 * Counts every test once. A file that could not be loaded, a suite whose set-up failed and an error outside any test count as a failed
 * test each, since there may be no test to carry them.
 */
export function report(modules: readonly TestModule[], errorsOutside: number): Report {
  const passed: TestCase[] = [];
  const failed: TestCase[] = [];
  const skipped: TestCase[] = [];
  let broken = errorsOutside;
  for (const module of modules) {
    broken += countBroken(module);
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed.push(test);
      else if (state === 'failed') failed.push(test);
      else skipped.push(test);
    }
  }
  const failures = failed.length + broken;
  return {
    lines: [
      ...describeRetried(passed),
      ...describeSkipped(skipped),
      `${passed.length} passed, ${failures} failed, ${skipped.length} skipped`,
    ],
    succeeded: failures === 0 && passed.length > 0,
  };
}

function countBroken(module: TestModule): number {
  const suites: (TestModule | TestSuite)[] = [module, ...module.children.allSuites()];
  return suites.filter((suite) => suite.errors().length > 0).length;
}

/** With what failed first, so that a test that has become unsteady does not hide behind its retry. */
function describeRetried(passed: readonly TestCase[]): readonly string[] {
  const retried = passed.filter((test) => test.diagnostic()?.flaky === true);
  if (retried.length === 0) return [];
  const lines = retried.flatMap((test) => [
    `  ${test.module.relativeModuleId}: ${test.fullName}`,
    ...(test.result().errors ?? []).flatMap(describeError),
  ]);
  return ['Passed at the second try:', ...lines, ''];
}

/** What it says, and where in our own files it was thrown. */
function describeError({ message, stacks = [] }: TestError): readonly string[] {
  const where = stacks.map(({ file, line }) => `      ${relative(process.cwd(), file)}:${line}`);
  return [`    ${message}`, ...where];
}

/** One line for each reason and file, since a suite is usually left out as a whole. */
function describeSkipped(skipped: readonly TestCase[]): readonly string[] {
  if (skipped.length === 0) return [];
  const groups = Map.groupBy(skipped, (test) => `${test.module.relativeModuleId}: ${reasonFor(test)}`);
  const lines = [...groups].flatMap(([group, tests]) => [
    `  ${tests.length} in ${group}`,
    ...tests.filter((test) => reasonFor(test) !== NOT_SELECTED).map((test) => `    ${test.fullName}`),
  ]);
  return ['Left out:', ...lines, ''];
}

function reasonFor(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note !== undefined) return result.note;
  return test.options.mode === 'run' ? NOT_SELECTED : 'no reason given';
}
