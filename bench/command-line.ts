import { parseArgs } from 'node:util';
import { wholeNumber } from '../scripts/command-line/whole-number.ts';
import { FULL, QUICK, type Scale } from './suites/suite.ts';
import { isSuiteName, SUITE_NAMES, SUITES, type SuiteName } from './suites/suites.ts';
import { TARGET_NAMES, type TargetName } from './targets.ts';

const REPEATS_MAX = 20;
const SECONDS_MAX = 120;

export const HELP = `Measures Parley beside other servers, on this machine, over its loopback.

  npm run bench                         everything, three times: about an hour and a half
  npm run bench -- fan-out idle         some suites
  npm run bench -- --quick              whether everything runs: a few minutes, figures not worth comparing

${SUITE_NAMES.map((name) => `  ${name.padEnd(9)} ${SUITES[name].title}`).join('\n')}

  --repeats N      how often everything is measured, in turn (3)
  --seconds N      how long each load is measured (10)
  --only A,B       some servers: ${TARGET_NAMES.join(', ')}
  --case A,B       some cases of a suite
  --check          compare with bench/thresholds.ts, and fail where one is not met
  --no-run         measure nothing: make the page of, or check, the results there are
  --publish        copy the page and its charts to docs/performance.md and docs/performance
  --out DIR        where results and the page go (bench/results)
  --quick          small and short
  --profile        profile the Node servers too, which costs them some; profiles go to DIR/profiles
  --help           this

Peers' packages, the Go peers and data are kept in the user's cache (parley/bench under XDG_CACHE_HOME or ~/.cache; BENCH_CACHE names
another directory). It should be on a disk: what is durable waits for it. Go peers are left out where there is no Go; CENTRIFUGO names a
Centrifugo program that is there. Linux only, since CPU comes from /proc. Ctrl-C ends it, and keeps what was measured.
`;

export interface CommandLine {
  readonly isHelp: boolean;
  readonly suites: readonly SuiteName[];
  readonly repeats: number;
  readonly targets: readonly TargetName[];
  /** Null: all. */
  readonly cases: readonly string[] | null;
  readonly scale: Scale;
  readonly isQuick: boolean;
  readonly isRun: boolean;
  readonly isCheck: boolean;
  readonly isPublish: boolean;
  readonly isProfile: boolean;
  /** Null: the usual place. */
  readonly out: string | null;
}

/** Throws an error of one line that names what can't be used. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      repeats: { type: 'string', default: '3' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      case: { type: 'string' },
      check: { type: 'boolean', default: false },
      'no-run': { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      out: { type: 'string' },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const scale = values.quick ? QUICK : FULL;
  const seconds = values.seconds === undefined ? scale.seconds : wholeNumber('--seconds', values.seconds, SECONDS_MAX);
  return {
    isHelp: values.help,
    suites: positionals.length === 0 ? SUITE_NAMES : positionals.map(suiteName),
    repeats: wholeNumber('--repeats', values.repeats, REPEATS_MAX),
    targets: values.only === undefined ? TARGET_NAMES : values.only.split(',').map(targetName),
    cases: values.case?.split(',') ?? null,
    scale: { ...scale, seconds },
    isQuick: values.quick,
    isRun: !values['no-run'],
    isCheck: values.check,
    isPublish: values.publish,
    isProfile: values.profile,
    out: values.out ?? null,
  };
}

function suiteName(name: string): SuiteName {
  if (isSuiteName(name)) return name;
  throw new Error(`There is no suite ${name}; there are ${SUITE_NAMES.join(', ')}.`);
}

function targetName(name: string): TargetName {
  const found = TARGET_NAMES.find((known) => known === name);
  if (found === undefined) throw new Error(`There is no server ${name}; there are ${TARGET_NAMES.join(', ')}.`);
  return found;
}
