import type { MetricName } from '../measure/metrics.ts';
import type { Summary } from '../measure/statistics.ts';
import type { Results } from '../results.ts';
import type { Table } from '../suites/suite.ts';
import type { SuiteName } from '../suites/suites.ts';
import { isParley, TARGET_NAMES, type TargetName, targetOf } from '../targets.ts';

/** One server in one case. */
export interface Row {
  readonly label: string;
  readonly isParley: boolean;
  readonly value: (metric: MetricName) => Summary | null;
}

/** The rows of a table that anything was measured for, by case, then by server. */
export function rowsOf(results: Results, suite: SuiteName, { cases, columns }: Table): readonly Row[] {
  return Object.entries(cases).flatMap(([caseName, caseTitle]) =>
    TARGET_NAMES.flatMap((target) => {
      const value = (metric: MetricName) => results.of(suite, caseName, target, metric);
      if (columns.every((metric) => value(metric) === null)) return [];
      return [{ label: labelOf(target, caseTitle), isParley: isParley(target), value }];
    }),
  );
}

const labelOf = (target: TargetName, caseTitle: string): string =>
  caseTitle === '' ? targetOf(target).title : `${targetOf(target).title}, ${caseTitle}`;
