import type { Writable } from 'node:stream';

export interface LogOutputOptions {
  readonly output: Pick<Writable, 'write' | 'writableLength' | 'on'>;
  /** What waits for a reader that does not keep up. Past it, lines are left out, and counted. */
  readonly logWaitingBytesMax: number;
}

/**
 * Where log lines go. A reader that stalls or goes must not take the node with it: nobody waits for it, and its going is
 * no fault. (pino's own output blocks the event loop in both cases, in the second for ever.)
 */
export function createLogOutput({ output, logWaitingBytesMax }: LogOutputOptions): { write(line: string): void } {
  let isGone = false;
  let leftOut = 0;
  output.on('error', () => {
    isGone = true;
  });
  return {
    write(line) {
      if (isGone) return;
      if (output.writableLength + line.length > logWaitingBytesMax) {
        leftOut += 1;
        return;
      }
      if (leftOut > 0) output.write(`${JSON.stringify({ level: 'warn', msg: `${leftOut} lines left out here` })}\n`);
      leftOut = 0;
      output.write(line);
    },
  };
}
