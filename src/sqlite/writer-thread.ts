import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { flatOf, type WriterRequest } from './flat-group.ts';
import type { BatchResult, Group, WriterMessage } from './statement.ts';

export interface WriterLimits {
  readonly writerRestartsMax: number;
  /** Of so long ago that they no longer count. */
  readonly writerRestartsWithinMs: number;
}

export interface WriterThreadOptions {
  readonly file: string;
  readonly limits: WriterLimits;
  readonly committed: (results: readonly BatchResult[]) => void;
  /** It has died; whether what it was told last was committed is not known. Another is on its way. */
  readonly lost: (cause: unknown) => void;
  /** Another has taken its place, and knows nothing of what the first was told. */
  readonly replaced: () => void;
  /** It died too often: there will be no other. */
  readonly gone: (cause: unknown) => void;
}

const WRITER = new URL('./writer.ts', import.meta.url);
const RESTART_FIRST_MS = 50;

/** The thread that writes, and whichever takes its place where it dies. */
export class WriterThread {
  readonly #options: WriterThreadOptions;
  #worker: Worker | null = null;
  #exited: Promise<unknown> = Promise.resolve();
  #deaths: number[] = [];
  #isClosing = false;

  constructor(options: WriterThreadOptions) {
    this.#options = options;
  }

  get isAlive(): boolean {
    return this.#worker !== null;
  }

  /** Rejects where the file can't be opened or the thread ends before it has been. */
  async start(): Promise<void> {
    const worker = new Worker(WRITER, { workerData: this.#options.file });
    const ended = new AbortController();
    let cause: unknown;
    worker.once('error', (error) => {
      cause = error;
    });
    this.#exited = new Promise((resolve) => worker.once('exit', resolve));
    worker.once('exit', () => {
      ended.abort();
      if (this.#worker === worker) this.#died(cause);
    });
    try {
      const [message] = (await once(worker, 'message', { signal: ended.signal })) as [WriterMessage];
      if (message.kind === 'refused') throw new Error(message.reason);
    } catch (error) {
      await worker.terminate();
      throw cause ?? error;
    }
    worker.on('message', (message: WriterMessage) => {
      if (message.kind === 'committed') this.#options.committed(message.results);
    });
    this.#worker = worker;
    if (this.#isClosing) this.#ask('close');
  }

  /** To be called while it lives. */
  tell(group: Group): void {
    this.#ask(flatOf(group));
  }

  /** Lets it finish what it was told. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#ask('close');
    await this.#exited;
  }

  #ask(request: WriterRequest): void {
    this.#worker?.postMessage(request);
  }

  #died(cause: unknown): void {
    this.#worker = null;
    if (this.#isClosing) return;
    this.#options.lost(cause);
    void this.#replace(cause);
  }

  /** Never rejects. */
  async #replace(cause: unknown): Promise<void> {
    const { limits, gone, replaced } = this.#options;
    const now = performance.now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < limits.writerRestartsWithinMs), now];
    if (this.#deaths.length > limits.writerRestartsMax) {
      gone(cause);
      return;
    }
    await delay(RESTART_FIRST_MS * 2 ** (this.#deaths.length - 1));
    if (this.#isClosing) {
      gone(cause);
      return;
    }
    try {
      await this.start();
      replaced();
    } catch (error) {
      await this.#replace(error);
    }
  }
}
