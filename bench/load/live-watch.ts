import type { Site } from './job.ts';
import { pace } from './pace.ts';
import { Publisher } from './publisher.ts';

const MESSAGES_PER_SECOND = 25;
const PUBLISHERS = 8;

/** A message to group 0 every 40 ms, and the longest that a member of it ever waited for the next. */
export class LiveWatch {
  readonly #heardAt = new Map<number, number>();
  readonly #end = Promise.withResolvers<void>();
  readonly #running: Promise<void>;
  #longestMs = 0;

  private constructor(run: (end: Promise<void>) => Promise<void>) {
    this.#running = run(this.#end.promise);
    // Whoever stops it hears of a failure.
    this.#running.catch(() => {});
  }

  static async start(site: Site): Promise<LiveWatch> {
    const workers = await Promise.all(Array.from({ length: PUBLISHERS }, () => Publisher.open(site)));
    let round = 0;
    return new LiveWatch(async (until) => {
      const work = (publisher: Publisher) => publisher.publish(site.groups.length * round++);
      await pace({ rate: MESSAGES_PER_SECOND, workers, work, until });
      for (const publisher of workers) publisher.close();
    });
  }

  heard(socket: number): void {
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - (this.#heardAt.get(socket) ?? now));
    this.#heardAt.set(socket, now);
  }

  /** Since the last reset. */
  get longestPauseMillis(): number {
    const now = performance.now();
    return Math.max(this.#longestMs, ...[...this.#heardAt.values()].map((at) => now - at));
  }

  reset(): void {
    this.#longestMs = 0;
  }

  async stop(): Promise<void> {
    this.#end.resolve();
    await this.#running;
  }
}
