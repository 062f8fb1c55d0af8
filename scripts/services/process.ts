import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Command } from './origin.ts';

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A program in a group of its own, so that a terminal's Ctrl-C reaches it only through us, and a signal to the group its children too. */
export class GroupProcess {
  readonly processId: number;
  readonly ended: Promise<Ended>;
  #isOver = false;

  private constructor(child: ChildProcess, processId: number) {
    this.processId = processId;
    const { promise, resolve } = Promise.withResolvers<Ended>();
    this.ended = promise;
    child.once('exit', (code, signal) => {
      this.#isOver = true;
      resolve({ code, signal });
    });
  }

  /** Starts it with both of its streams at the end of the log file. Rejects when there is no such program. */
  static async start(command: Command, place: { directory: string; logPath: string }): Promise<GroupProcess> {
    const log = openSync(place.logPath, 'a');
    try {
      const options: SpawnOptions = { cwd: place.directory, detached: true, stdio: ['ignore', log, log] };
      const child = spawn(command.file, command.words, options);
      if (child.pid === undefined) throw (await once(child, 'error'))[0];
      return new GroupProcess(child, child.pid);
    } finally {
      closeSync(log);
    }
  }

  get isOver(): boolean {
    return this.#isOver;
  }
}

export function describeEnd({ code, signal }: Ended): string {
  return signal === null ? `exit code ${code}` : signal;
}

const TAIL_BYTES = 16_384;

/** The last lines of a log file, each indented; empty when there is none. */
export async function tailOf(path: string, linesMax = 25): Promise<string> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const position = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAIL_BYTES), 0, TAIL_BYTES, position);
    const lines = buffer.toString('utf8', 0, bytesRead).trimEnd().split('\n');
    return lines
      .slice(-linesMax)
      .map((line) => `    ${line}`)
      .join('\n');
  } catch {
    return '';
  }
}
