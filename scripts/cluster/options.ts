import { parseArgs } from 'node:util';
import { wholeNumber } from '../command-line/whole-number.ts';

export const HELP = `Real services, three nodes in two regions and one edge in front, on this machine's loopback, until Ctrl-C.

  npm run cluster -- [options]

  --port N         of the edge's one address (8443)
  --cassandra N    Cassandra nodes, 1 to 3 (1)
  --data DIR       keep what everything writes there, and go on with it next time
  --help

When all of it answers, 'cluster ready' is printed after a page that says what runs where; the edge serves it at /cluster.
`;

export interface CommandLine {
  readonly port: number;
  readonly cassandraNodes: number;
  readonly dataDirectory?: string;
  readonly isHelp: boolean;
}

/** Reads the command line. Throws an error that says what an option takes. */
export function parseCommandLine(words: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...words],
    options: {
      port: { type: 'string', default: '8443' },
      cassandra: { type: 'string', default: '1' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    port: wholeNumber('--port', values.port, 65_535),
    cassandraNodes: wholeNumber('--cassandra', values.cassandra, 3),
    ...(values.data === undefined ? {} : { dataDirectory: values.data }),
    isHelp: values.help,
  };
}
