import { readdirSync, readFileSync } from 'node:fs';

export interface Usage {
  /** Time on a processor, of all threads that live, user and system. */
  readonly cpuMicros: number;
  readonly residentBytes: number;
}

/**
 * What processes have used so far, as the operating system counts it (Linux). Threads that have ended are not in it: servers keep
 * theirs.
 */
export function usageOf(processIds: readonly number[]): Usage {
  let [cpuMicros, residentBytes] = [0, 0];
  for (const processId of processIds) {
    cpuMicros += cpuOf(processId);
    const status = readFileSync(`/proc/${processId}/status`, 'utf8');
    residentBytes += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1_024;
  }
  return { cpuMicros, residentBytes };
}

function cpuOf(processId: number): number {
  const tasks = `/proc/${processId}/task`;
  let nanos = 0;
  for (const task of readdirSync(tasks)) {
    try {
      nanos += Number(readFileSync(`${tasks}/${task}/schedstat`, 'utf8').split(' ', 1)[0]);
    } catch {
      // A thread that has just ended.
    }
  }
  return nanos / 1_000;
}
