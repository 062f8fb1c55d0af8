import { readFile, writeFile } from 'node:fs/promises';
import type { Delivery, Findings } from '../../test/support/cluster/conversation.ts';

export interface Row {
  readonly fault: string;
  readonly delivery: Delivery;
  readonly findings: Findings;
}

const HEAD = [
  '| fault | delivery | acknowledged | lost | repeated | refused | sent again without an answer | longest pause in delivery |',
  '|---|---|---|---|---|---|---|---|',
];
const BEGIN = '<!-- faults: begin -->';
const END = '<!-- faults: end -->';

export function tableOf(rows: readonly Row[], command: string): string {
  const lines = rows.map(({ fault, delivery, findings }) => {
    const { acknowledged, lost, repeated, refused, retried, longestPauseMs } = findings;
    const pause = `${(longestPauseMs / 1_000).toFixed(1)} s`;
    return `| ${[fault, delivery, acknowledged, lost, repeated, refused, retried, pause].join(' | ')} |`;
  });
  return [`\`${command}\` made:`, '', ...HEAD, ...lines].join('\n');
}

/** @throws where the file has no place for it */
export async function writeTable(path: string, table: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${path} has no ${BEGIN} and ${END} to put the table between.`);
  await writeFile(path, `${text.slice(0, begin)}${BEGIN}\n\n${table}\n\n${text.slice(end)}`);
}
