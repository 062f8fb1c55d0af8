import type { Redis } from 'ioredis';

const BEAT_MS = 1_000;
const SILENCE_MS_MAX = 3_000;
/** One word a while about a server that stays away. */
const REPORT_MS = 30_000;

export interface HeartbeatOptions {
  readonly client: Redis;
  readonly name: string;
  readonly failed: (error: unknown) => void;
}

/** Connects a client and keeps it so for ever: a server that is frozen, or gone without a word, is left and tried again. */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #timer: NodeJS.Timeout;
  #aliveAt = performance.now();
  /** When the server was last heard, or the present try to connect began. */
  #heardAt = performance.now();
  #beatAt = performance.now();
  #reportedAt = Number.NEGATIVE_INFINITY;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { client } = options;
    client.on('error', (error) => this.#report(error));
    client.on('connecting', () => this.#hear());
    client.on('ready', () => this.#hear());
    client.connect().catch(() => {});
    this.#timer = setInterval(() => this.#beat(), BEAT_MS);
    this.#timer.unref();
  }

  /** What the server had sent by then has arrived here, by `performance.now()`. */
  get aliveAt(): number {
    return this.#aliveAt;
  }

  end(): void {
    clearInterval(this.#timer);
    this.#options.client.disconnect();
  }

  #beat(): void {
    const { client, name } = this.#options;
    const at = performance.now();
    // A process that was held still has heard nothing because it did not listen.
    if (at - this.#beatAt > 2 * BEAT_MS) this.#hear();
    this.#beatAt = at;
    if (client.status === 'reconnecting') return;
    if (at - this.#heardAt > SILENCE_MS_MAX) {
      this.#report(new Error(`Redis at ${name} does not answer.`));
      this.#hear();
      client.disconnect(true);
    } else if (client.status === 'ready') {
      client.ping().then(
        () => {
          this.#aliveAt = at;
          this.#hear();
        },
        () => {},
      );
    }
  }

  #hear(): void {
    this.#heardAt = performance.now();
  }

  #report(error: unknown): void {
    const now = performance.now();
    if (now - this.#reportedAt < REPORT_MS) return;
    this.#reportedAt = now;
    this.#options.failed(error);
  }
}
