import { unavailable } from '../domain/error.ts';
import type { BatchResult, Durability, Statement } from './statement.ts';
import { type WriteLimits, WriteQueue } from './write-queue.ts';
import { type WriterLimits, WriterThread } from './writer-thread.ts';

export interface WriteSideOptions {
  readonly file: string;
  readonly limits: WriteLimits & WriterLimits & { readonly writeProbeMs: number };
  /** Told of what no write's caller is: that the writer has died, that the disk takes no writes. */
  readonly onError: (error: unknown) => void;
  /** Told once where no write will be taken any more: only another process helps. */
  readonly onGone: (error: Error) => void;
}

/** Needs pages of its own, as what people send does, and leaves nothing. */
const PROBE: readonly Statement[] = [
  { sql: 'INSERT INTO keys (name, key) VALUES (?, zeroblob(16384))', parameters: ['probe'] },
  { sql: 'DELETE FROM keys WHERE name = ?', parameters: ['probe'] },
];

/** Everything that is written, and whether anything can be. */
export class WriteSide {
  readonly #options: WriteSideOptions;
  readonly #queue: WriteQueue;
  readonly #thread: WriterThread;
  #isRefusing = false;
  #isProbing = false;
  #probeTimer: NodeJS.Timeout | null = null;
  #isClosing = false;

  constructor(options: WriteSideOptions) {
    const { file, limits } = options;
    this.#options = options;
    this.#queue = new WriteQueue({ limits, send: (group) => this.#thread.tell(group) });
    this.#thread = new WriterThread({
      ...{ file, limits },
      committed: (results) => this.#committed(results),
      lost: (cause) => {
        options.onError(new Error('the writer has died; another takes its place', { cause }));
        this.#queue.pause(unavailable('The writer has died: send the same again.', cause));
      },
      replaced: () => this.#queue.resume(),
      gone: (cause) => {
        this.#queue.fail(unavailable('The store takes no more writes.', cause));
        if (!this.#isClosing) options.onGone(new Error('the database can not be written to', { cause }));
      },
    });
  }

  /** Rejects where the file can't be opened. */
  start(): Promise<void> {
    return this.#thread.start();
  }

  push(batch: readonly Statement[], durability: Durability): Promise<readonly number[]> {
    return this.#queue.push(batch, durability);
  }

  /** False while there is no writer, and from a refusal of the disk until it takes writes again. */
  get isWorking(): boolean {
    return this.#thread.isAlive && !this.#isRefusing && !this.#isClosing;
  }

  /** Finishes what was accepted, and takes no more. */
  async drain(): Promise<void> {
    this.#isClosing = true;
    if (this.#probeTimer !== null) clearTimeout(this.#probeTimer);
    await this.#queue.drain(unavailable('The store is closing.'));
  }

  /** After {@link drain}. The last to close folds the journal back into the file, which a reader can't. */
  close(): Promise<void> {
    return this.#thread.close();
  }

  /** A batch may fail by its own fault; where a whole group does, it is worth a look. */
  #committed(results: readonly BatchResult[]): void {
    this.#queue.settle(results);
    if (results.every((result) => result instanceof Error) && !this.#isProbing) void this.#probe();
  }

  /** Nobody writes to a node that is not ready, so that it has to find out by itself. Never rejects. */
  async #probe(): Promise<void> {
    this.#isProbing = true;
    try {
      await this.#queue.push(PROBE);
      this.#isRefusing = false;
      this.#isProbing = false;
    } catch (error) {
      if (this.#isClosing) return;
      if (!this.#isRefusing) this.#options.onError(new Error('the disk takes no writes', { cause: error }));
      this.#isRefusing = true;
      this.#probeTimer = setTimeout(() => void this.#probe(), this.#options.limits.writeProbeMs);
      this.#probeTimer.unref();
    }
  }
}
