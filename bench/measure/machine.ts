import { readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';

/** Where figures come from: without it they can't be compared. */
export interface Machine {
  readonly system: string;
  readonly processors: string;
  readonly memoryGigabytes: number;
  readonly node: string;
  /** Processes that wanted to run just before, of a minute's average: more than a few tenths and times are others' too. */
  readonly loadBefore: number;
}

export const describeMachine = (): Machine => ({
  system: `${type()} ${release().split('-')[0]}`,
  processors: `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}`,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  loadBefore: loadavg()[0] ?? 0,
});

const TMPFS = 0x01021994;

/** A commit to memory waits for no disk. */
export const isInMemory = async (directory: string): Promise<boolean> => (await statfs(directory)).type === TMPFS;

/** Files that one process may hold open, sockets included; as many sockets as that can be held. */
export function openFilesMax(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const max = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  return max === undefined || max === 'unlimited' ? Number.POSITIVE_INFINITY : Number(max);
}
