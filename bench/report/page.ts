import type { Verdict } from '../check.ts';
import type { Results } from '../results.ts';
import { SUITE_NAMES, SUITES, type SuiteName } from '../suites/suites.ts';
import { barChart } from './chart.ts';
import { formatNumber } from './number.ts';
import { rowsOf } from './rows.ts';
import { markdownTable } from './table.ts';

export interface Page {
  readonly markdown: string;
  /** By file name: the pictures that the page shows from the folder `performance` beside it. */
  readonly charts: ReadonlyMap<string, string>;
}

const INTRODUCTION = `# Performance

Parley beside other servers, measured side by side in one run on one machine. The page is written by \`npm run bench\`; \`npm run bench -- --help\`
says how to run it, in parts too.

- **A figure** is the median of the repeats, with the smallest and the largest. Compare figures of one run: they are of one machine at one time.
- **CPU** is time on a processor of all the server's threads, the kernel's work on its sockets included, from \`/proc/PID/task/*/schedstat\`. Over a
  loopback, a write also does the receiver's TCP work.
- **The load** comes from another process, over raw sockets, with one buffer for all that it receives. What it costs is in the tables; it shares
  the machine with the server. Latency is from the moment that the client hands over a message until a member's frame has been read.
- **Warm servers** are measured: each first gets as much as it takes for some seconds. One that has just started runs code that is not compiled yet.
- **Lost and repeated** are counted by member and message.
- **Operation ids** are 36 characters and different on every socket, as graphql-ws gives them, so that every frame is another one; with *counted ids*
  all are \`1\`, as Parley's SDK gives them.
- **Parley** runs as \`npm start\` does, its data on a disk, with rates lifted. It authenticates, checks who is a member, gives every message its
  place, and delivers only what is stored durably. The others know no users and store nothing, but for the raw server that commits each message
  before it delivers: what durability alone costs on this machine.
`;

/** Markdown with charts, of whatever was measured. */
export function renderPage(results: Results, verdicts: readonly Verdict[]): Page {
  const charts = new Map<string, string>();
  const suites = SUITE_NAMES.filter((name) => results.suite(name) !== null);
  const markdown = [
    INTRODUCTION,
    ...(verdicts.length === 0 ? [] : [thresholdsSection(verdicts)]),
    ...suites.map((name) => suiteSection(results, name, charts)),
  ].join('\n');
  return { markdown, charts };
}

function thresholdsSection(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map(({ threshold: { title, unit, digits }, measured, atMost, isMet, floor }) => {
    const figure = (value: number) => `${formatNumber(value, digits)} ${unit}`.trim();
    const beside = floor === null ? '' : figure(floor);
    return `| ${title} | ${figure(measured)} | ${figure(atMost)} | ${isMet ? 'yes' : '**no**'} | ${beside} |`;
  });
  const head = ['| what | measured | at most | met | raw ws, stores first |', '|---|--:|--:|---|--:|'];
  return ['## What must be reached\n', ...head, ...rows, ''].join('\n');
}

function suiteSection(results: Results, name: SuiteName, charts: Map<string, string>): string {
  const { title, about, tables } = SUITES[name];
  const parts = tables.flatMap((table) => {
    const rows = rowsOf(results, name, table);
    if (rows.length === 0) return [];
    const file = `${name}-${table.name}.svg`;
    charts.set(file, barChart(table.title, rows, table.chart));
    return [
      `### ${table.title}\n`,
      `![${table.title}](performance/${file})\n`,
      `${markdownTable(rows, table.columns)}\n`,
    ];
  });
  return [`## ${title}\n`, `${about}\n`, ...parts, footnotes(results, name)].join('\n');
}

function footnotes(results: Results, name: SuiteName): string {
  const suite = results.suite(name);
  if (suite === null) return '';
  const { at, machine, measurements, leftOut, isQuick } = suite;
  const repeats = Math.max(0, ...measurements.map(({ repeat }) => repeat));
  const { system, processors, memoryGigabytes, node, loadBefore } = machine;
  return [
    `${at.slice(0, 10)}, ${repeats} ${repeats === 1 ? 'repeat' : 'repeats'}; ${processors}, ${memoryGigabytes} GB, ${system}, Node ${node}; load average before ${loadBefore.toFixed(1)}.`,
    ...(isQuick ? ['A quick run: too small and short to compare.'] : []),
    ...Object.entries(leftOut).map(([what, reason]) => `Left out: ${what} (${reason}).`),
    ...measurements.flatMap(({ failed, case: caseName, target, repeat }) =>
      failed === undefined ? [] : [`Failed: ${caseName}, ${target}, repeat ${repeat}: ${failed.split('\n', 1)[0]}.`],
    ),
    '',
  ].join('\n');
}
