import { METRICS, type MetricName } from '../measure/metrics.ts';
import type { Measurement } from '../results.ts';

/** What a trial takes besides its load: starting, connecting, ending. */
const OVERHEAD_SECONDS = 4;
const SHOWN: readonly MetricName[] = [
  ...(['cpuPerDeliveryMicros', 'cpuPerSendMicros', 'cpuPerRequestMicros', 'residentPerSocketKilobytes'] as const),
  ...(['caughtUpMillis', 'livePauseMillis', 'deliveriesPerSecond', 'latencyP99Millis'] as const),
];

/** Says what is being measured, what came of it, and about how long the rest takes. */
export class Progress {
  readonly #out: NodeJS.WriteStream;
  readonly #trials: number;
  #done = 0;
  #secondsLeft: number;

  constructor(out: NodeJS.WriteStream, loadSeconds: readonly number[]) {
    this.#out = out;
    this.#trials = loadSeconds.length;
    this.#secondsLeft = loadSeconds.reduce((sum, seconds) => sum + seconds + OVERHEAD_SECONDS, 0);
  }

  starts(what: string): void {
    if (!this.#out.isTTY) return;
    const minutes = Math.ceil(this.#secondsLeft / 60);
    this.#out.write(`\r[${this.#done + 1}/${this.#trials}, about ${minutes} min left] ${what} …\x1b[K`);
  }

  ended(what: string, loadSeconds: number, outcome: string): void {
    this.#done += 1;
    this.#secondsLeft -= loadSeconds + OVERHEAD_SECONDS;
    this.line(`[${this.#done}/${this.#trials}] ${what}: ${outcome}`);
  }

  line(text: string): void {
    this.#out.write(`${this.#out.isTTY ? '\r\x1b[K' : ''}${text}\n`);
  }
}

export function describeOutcome({ values, failed }: Measurement): string {
  if (failed !== undefined) return `failed: ${failed}`;
  return SHOWN.flatMap((name) => {
    const value = values[name];
    const { title, unit, digits } = METRICS[name];
    return value === undefined ? [] : [`${title} ${value.toFixed(digits)} ${unit}`];
  }).join(', ');
}
