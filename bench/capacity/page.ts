import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Results } from '../results.ts';
import { SUITE_NAMES } from '../suites/suites.ts';
import { type Assumed, assumedWith } from './assumptions.ts';
import { type CapacityReport, capacityReport } from './report.ts';
import { simulateDay } from './simulation.ts';
import { sizingOf } from './sizing.ts';
import { type UnitCosts, unitCostsOf } from './unit-costs.ts';

const BEGIN = '<!-- written by npm run capacity -- --publish -->';
const END = '<!-- end -->';
const RESTART = { region: 1, seconds: 60 } as const;

/** All that follows from what is assumed and what was measured. */
export function calculate(changes: Partial<Assumed>, costs: UnitCosts): CapacityReport {
  const assumed = assumedWith(changes);
  const sizing = sizingOf(assumed, costs);
  const calm = simulateDay(assumed, costs, sizing, null);
  const restart = { ...RESTART, region: Math.min(RESTART.region, assumed.regions - 1) };
  const restarted = simulateDay(assumed, costs, sizing, restart);
  return capacityReport({ assumed, costs, sizing, calm, restarted, restart });
}

/** Unit costs of the results that are published, or in another directory. */
export const publishedCosts = async (directory: string): Promise<UnitCosts> =>
  unitCostsOf(await Results.read(directory, SUITE_NAMES));

/** `docs/capacity.md` with the report in its place. Throws where it has no place for it. */
export function withReport(page: string, { markdown }: CapacityReport): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('docs/capacity.md has no place for the report');
  return `${page.slice(0, begin + BEGIN.length)}\n\n${markdown}\n${page.slice(end)}`;
}

export async function publishCapacity(docs: string): Promise<void> {
  const report = calculate({}, await publishedCosts(join(docs, 'performance')));
  const path = join(docs, 'capacity.md');
  await writeFile(path, withReport(await readFile(path, 'utf8'), report));
  await mkdir(join(docs, 'capacity'), { recursive: true });
  for (const [file, svg] of report.charts) await writeFile(join(docs, 'capacity', file), svg);
}
