import type { MetricName, Values } from '../measure/metrics.ts';
import { type Usage, usageOf } from '../measure/process-usage.ts';
import type { Site } from './job.ts';

const MEGABYTE = 2 ** 20;

export interface UsageWindow {
  readonly seconds: number;
  readonly cpuMicros: number;
  readonly clientMicros: number;
  readonly residentBytes: number;
  readonly partMicros: ReadonlyMap<MetricName, number>;
}

/** What the server, its parts and this client use between two moments. */
export class Window {
  readonly #site: Pick<Site, 'processIds' | 'parts'>;
  readonly #partsBefore: ReadonlyMap<MetricName, number>;
  readonly #before: Usage;
  readonly #clientBefore = process.cpuUsage();
  readonly #startedAt = performance.now();

  constructor(site: Pick<Site, 'processIds' | 'parts'>) {
    this.#site = site;
    this.#partsBefore = this.#parts();
    this.#before = usageOf(site.processIds);
  }

  close(): UsageWindow {
    const after = usageOf(this.#site.processIds);
    const parts = this.#parts();
    const client = process.cpuUsage(this.#clientBefore);
    return {
      seconds: (performance.now() - this.#startedAt) / 1_000,
      cpuMicros: after.cpuMicros - this.#before.cpuMicros,
      clientMicros: client.user + client.system,
      residentBytes: after.residentBytes,
      partMicros: new Map([...parts].map(([name, micros]) => [name, micros - (this.#partsBefore.get(name) ?? 0)])),
    };
  }

  #parts(): ReadonlyMap<MetricName, number> {
    const parts = Object.entries(this.#site.parts ?? {}) as [MetricName, readonly number[]][];
    return new Map(parts.map(([name, processIds]) => [name, usageOf(processIds).cpuMicros]));
  }
}

export const coresOf = ({ seconds, cpuMicros, clientMicros, residentBytes }: UsageWindow): Values => ({
  serverCores: cpuMicros / seconds / 1e6,
  clientCores: clientMicros / seconds / 1e6,
  residentMegabytes: residentBytes / MEGABYTE,
});

/** What each part costs a message. */
export const partsOf = ({ partMicros }: UsageWindow, messages: number): Values =>
  Object.fromEntries([...partMicros].map(([name, micros]) => [name, micros / messages]));
