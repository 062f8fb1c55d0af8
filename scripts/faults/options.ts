import { parseArgs } from 'node:util';
import { wholeNumber } from '../command-line/whole-number.ts';

export const HELP = `What each fault costs: three real nodes on real services, everybody sends and reads, one thing is broken and mended.

  npm run faults -- [options]

  --members N      in the group, 2 to 100 (50)
  --rounds N       of every fault (1)
  --seed N         the same victims and times again (a new one each run)
  --only TEXT      faults whose name has it
  --delivery A,B   some of PERSIST_FIRST, PUSH_FIRST, EPHEMERAL (PERSIST_FIRST)
  --interval MS    between two messages of a member, on average (2000)
  --pause SECONDS  for which a process is held still (20)
  --write FILE     puts the table into FILE, between its two 'faults' marks
  --help

Ends with 1 when anything was lost or repeated that had been acknowledged, or a pause was longer than promised.
`;

const DELIVERIES = ['PERSIST_FIRST', 'PUSH_FIRST', 'EPHEMERAL'] as const;

export interface CommandLine {
  readonly members: number;
  readonly rounds: number;
  readonly seed: number;
  readonly only: string;
  readonly deliveries: readonly (typeof DELIVERIES)[number][];
  readonly sendIntervalMs: number;
  readonly pauseMs: number;
  readonly write: string | null;
  readonly isHelp: boolean;
}

/** Reads the command line. Throws an error that says what an option takes. */
export function parseCommandLine(words: readonly string[], newSeed: number): CommandLine {
  const { values } = parseArgs({
    args: [...words],
    options: {
      members: { type: 'string', default: '50' },
      rounds: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(newSeed) },
      only: { type: 'string', default: '' },
      delivery: { type: 'string', default: 'PERSIST_FIRST' },
      interval: { type: 'string', default: '2000' },
      pause: { type: 'string', default: '20' },
      write: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const wanted = values.delivery.split(',');
  const deliveries = DELIVERIES.filter((one) => wanted.includes(one));
  if (deliveries.length !== wanted.length) throw new Error(`--delivery takes ${DELIVERIES.join(', ')}.`);
  return {
    members: wholeNumber('--members', values.members, 100, 2),
    rounds: wholeNumber('--rounds', values.rounds, 100),
    seed: wholeNumber('--seed', values.seed, 2 ** 32 - 1, 0),
    only: values.only,
    deliveries,
    sendIntervalMs: wholeNumber('--interval', values.interval, 60_000, 10),
    pauseMs: 1_000 * wholeNumber('--pause', values.pause, 120),
    write: values.write ?? null,
    isHelp: values.help,
  };
}
