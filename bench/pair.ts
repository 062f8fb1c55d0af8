import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { EXIT_CODE_CUT_SHORT, runCommand } from '../scripts/command-line/run-command.ts';
import { wholeNumber } from '../scripts/command-line/whole-number.ts';
import { summarise } from './measure/statistics.ts';
import { compareOnce } from './pair/compare.ts';
import { defaultCacheDirectory } from './servers/cache.ts';

const HELP = `What a durable send costs this checkout beside another one, both at once.

  npm run bench:pair -- ../before

  --via http|socket   how messages are sent (socket)
  --rate N            sends a second, to each (600): 100 and less differ much from start to start
  --seconds N         how long each round is measured (4)
  --repeats N         rounds, each on fresh servers (7): one may be off by some percent, the median by one or two
  --help              this

The other one is a clone with its packages installed (git clone, git checkout, npm ci). Linux only. Close what else runs.
`;

const THIS = join(import.meta.dirname, '..');
const WARM_UP_SECONDS = 3;
const VIAS = ['http', 'socket'] as const;

interface CommandLine {
  readonly isHelp: boolean;
  readonly other: string;
  readonly via: (typeof VIAS)[number];
  readonly rate: number;
  readonly seconds: number;
  readonly repeats: number;
}

await runCommand({ help: HELP, parse, main });

function parse(words: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      via: { type: 'string', default: 'socket' },
      rate: { type: 'string', default: '600' },
      seconds: { type: 'string', default: '4' },
      repeats: { type: 'string', default: '7' },
      help: { type: 'boolean', default: false },
    },
  });
  const [other = '', ...rest] = positionals;
  if (!values.help && (other === '' || rest.length > 0)) throw new Error('Name one other checkout: see --help.');
  const via = VIAS.find((known) => known === values.via);
  if (via === undefined) throw new Error(`--via takes ${VIAS.join(' or ')}.`);
  return {
    ...{ isHelp: values.help, other: resolve(other), via },
    rate: wholeNumber('--rate', values.rate, 2_000),
    seconds: wholeNumber('--seconds', values.seconds, 60),
    repeats: wholeNumber('--repeats', values.repeats, 50),
  };
}

async function main({ other, via, rate, seconds, repeats }: CommandLine): Promise<number> {
  for (const needed of ['bench/seed/seed.ts', 'node_modules']) {
    if (existsSync(`${other}/${needed}`)) continue;
    throw new Error(`${other} is no checkout with its packages: it has no ${needed}.`);
  }
  const end = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
  const job = { via, rate, seconds, warmUpSeconds: WARM_UP_SECONDS };
  const ratios: number[] = [];
  for (let round = 1; round <= repeats; round += 1) {
    try {
      const options = { ...job, builds: [THIS, other], cacheDirectory: defaultCacheDirectory(), signal: end.signal };
      const [own = Number.NaN, others = Number.NaN] = await compareOnce(options);
      ratios.push(own / others);
      say(
        `${round}/${repeats}  this ${own.toFixed(0)} µs a send, the other ${others.toFixed(0)}: ${percent(own / others)}`,
      );
    } catch (error) {
      if (end.signal.aborted) return EXIT_CODE_CUT_SHORT;
      throw error;
    }
  }
  const summary = summarise(ratios);
  if (summary !== null) {
    say(`\nthis takes ${percent(summary.median)} of the other (${percent(summary.min)} to ${percent(summary.max)})`);
  }
  return 0;
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)}%`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
