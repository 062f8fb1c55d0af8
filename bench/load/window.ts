import type { Values } from '../measure/metrics.ts';
import { usageOf } from '../measure/process-usage.ts';

const MEGABYTE = 2 ** 20;

/** What the server and this client use between two moments. */
export class Window {
  readonly #processIds: readonly number[];
  readonly #before: ReturnType<typeof usageOf>;
  readonly #clientBefore = process.cpuUsage();
  readonly #startedAt = performance.now();

  constructor(processIds: readonly number[]) {
    this.#processIds = processIds;
    this.#before = usageOf(processIds);
  }

  close(): UsageWindow {
    const after = usageOf(this.#processIds);
    const client = process.cpuUsage(this.#clientBefore);
    return {
      seconds: (performance.now() - this.#startedAt) / 1_000,
      cpuMicros: after.cpuMicros - this.#before.cpuMicros,
      clientMicros: client.user + client.system,
      residentBytes: after.residentBytes,
    };
  }
}

export interface UsageWindow {
  readonly seconds: number;
  readonly cpuMicros: number;
  readonly clientMicros: number;
  readonly residentBytes: number;
}

export const coresOf = ({ seconds, cpuMicros, clientMicros, residentBytes }: UsageWindow): Values => ({
  serverCores: cpuMicros / seconds / 1e6,
  clientCores: clientMicros / seconds / 1e6,
  residentMegabytes: residentBytes / MEGABYTE,
});
