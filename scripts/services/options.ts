import { parseArgs } from 'node:util';
import { wholeNumber } from '../command-line/whole-number.ts';
import { KINDS, type Kind, type OriginChoice } from './origin.ts';
import type { PortChoice } from './ports.ts';

export const HELP = `Real Cassandra 5, Kafka 4, ZooKeeper 3.9 and Redis 7 on this machine's loopback, until Ctrl-C.

  npm run services -- [options]

From a container engine where one answers, else from Maven Central and the system's packages.

  --cassandra N            Cassandra nodes, 1 to 3, on 127.0.0.1 to 127.0.0.3 (1)
  --redis N                Redis servers, 1 to 8 (1)
  --only A,B               some of ${KINDS.join(', ')}
  --ports standard|free    the usual ports where they are free, or any that are free (standard)
  --from auto|containers|packages
  --data DIR               keep what the servers write there, and go on with it next time
  --keep                   leave the temporary directory that is used without --data
  --env FILE               where to write their addresses (.services.env)
  --cache DIR              where fetched packages stay (SERVICES_CACHE, or parley/services in the user's cache)
  --exit-with-parent PID   end with that process
  --help

When each answers, their addresses are in the file and 'services ready' is printed. Start a node on them with:
  set -a; . ./.services.env; set +a; npm start
`;

export interface CommandLine {
  readonly only: readonly Kind[];
  readonly cassandraNodes: number;
  readonly redisServers: number;
  readonly ports: PortChoice;
  readonly origin: OriginChoice;
  readonly dataDirectory?: string;
  readonly isDataKept: boolean;
  readonly environmentPath: string;
  readonly cacheDirectory?: string;
  readonly parentProcessId?: number;
  readonly isHelp: boolean;
}

/** Reads the command line. Throws an error that says what an option takes. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...words],
    options: {
      cassandra: { type: 'string', default: '1' },
      redis: { type: 'string', default: '1' },
      only: { type: 'string', default: KINDS.join(',') },
      ports: { type: 'string', default: 'standard' },
      from: { type: 'string', default: 'auto' },
      data: { type: 'string' },
      keep: { type: 'boolean', default: false },
      env: { type: 'string', default: '.services.env' },
      cache: { type: 'string' },
      'exit-with-parent': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const parent = values['exit-with-parent'];
  return {
    only: values.only.split(',').map((name) => oneOf('--only', name.trim(), KINDS)),
    cassandraNodes: wholeNumber('--cassandra', values.cassandra, 3),
    redisServers: wholeNumber('--redis', values.redis, 8),
    ports: oneOf('--ports', values.ports, ['standard', 'free'] as const),
    origin: oneOf('--from', values.from, ['auto', 'containers', 'packages'] as const),
    ...(values.data !== undefined && { dataDirectory: values.data }),
    isDataKept: values.keep,
    environmentPath: values.env,
    ...(values.cache !== undefined && { cacheDirectory: values.cache }),
    ...(parent !== undefined && { parentProcessId: wholeNumber('--exit-with-parent', parent, 2 ** 31) }),
    isHelp: values.help,
  };
}

function oneOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw new Error(`${option} takes ${choices.join(', ')}, not '${value}'.`);
  return found;
}
