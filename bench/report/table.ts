import type { MetricName } from '../measure/metrics.ts';
import { formatSummary, titleOf } from './number.ts';
import type { Row } from './rows.ts';

/** A Markdown table; Parley's rows stand out. */
export function markdownTable(rows: readonly Row[], columns: readonly MetricName[]): string {
  const head = ['server', ...columns.map(titleOf)];
  const body = rows.map(({ label, isParley, value }) => [
    isParley ? `**${label}**` : label,
    ...columns.map((metric) => {
      const summary = value(metric);
      return summary === null ? '–' : formatSummary(summary, metric);
    }),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '--:'))), ...body.map(line)].join('\n');
}
