import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { ASSUMPTION_NAMES, ASSUMPTIONS } from './capacity/assumptions.ts';
import { calculate, publishCapacity, publishedCosts } from './capacity/page.ts';
import { optionOf } from './capacity/report.ts';
import { UNIT_COST_NAMES, UNIT_COSTS } from './capacity/unit-costs.ts';

const DOCS = join(import.meta.dirname, '../docs');
const PUBLISHED = join(import.meta.dirname, '../docs/performance');

const option = (name: string, { value, unit, about }: { value: number; unit: string; about: string }): string =>
  `  --${optionOf(name).padEnd(24)} ${`${value} ${unit}`.padEnd(18)} ${about}`;

const HELP = `How many sockets, gateways, sequencers, partitions, shards, nodes and disks a number of users needs.

  npm run capacity                                         for 50 million users a day
  npm run capacity -- --daily-users 200000 --regions 1 --regions-spare 0

What is assumed, all of it an option:

${ASSUMPTION_NAMES.map((name) => option(name, ASSUMPTIONS[name])).join('\n')}

What one of each costs: of docs/performance where it was measured, else of single trials; each an option too:

${UNIT_COST_NAMES.map((name) => option(name, UNIT_COSTS[name])).join('\n')}

  --results DIR    unit costs of results in another directory, such as bench/results
  --publish        write the default's report into docs/capacity.md
  --help           this
`;

process.stdout.on('error', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

async function main(words: readonly string[]): Promise<number> {
  const numbers = [...ASSUMPTION_NAMES, ...UNIT_COST_NAMES];
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...Object.fromEntries(numbers.map((name) => [optionOf(name), { type: 'string' } as const])),
      results: { type: 'string' },
      publish: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.publish === true) {
    await publishCapacity(DOCS);
    process.stdout.write('docs/capacity.md is written.\n');
    return 0;
  }
  const given = Object.fromEntries(
    numbers.flatMap((name) => {
      const text = (values as Record<string, unknown>)[optionOf(name)];
      return typeof text === 'string' ? [[name, positive(optionOf(name), text)]] : [];
    }),
  );
  const results = typeof values.results === 'string' ? resolve(values.results) : PUBLISHED;
  const { markdown } = calculate(given, { ...(await publishedCosts(results)), ...given });
  process.stdout.write(markdown);
  return 0;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number from 0.`);
  return value;
}
