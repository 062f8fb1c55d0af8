import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Leash } from '../../scripts/services/leash.ts';
import { describeEnd, GroupProcess, tailOf } from '../../scripts/services/process.ts';

const READY_MS_MAX = 30_000;
const GRACE_MS = 5_000;

/** How one server is started. It listens on `port` of the loopback. */
export interface Program {
  readonly command: readonly [file: string, ...words: string[]];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it runs; its output goes into `log` there. */
  readonly directory: string;
  readonly port: number;
  readonly readyMsMax?: number;
}

/** A server under test. It ends with the bench, however that ends. */
export class Server implements AsyncDisposable {
  readonly port: number;
  readonly #process: GroupProcess;
  readonly #leash: Leash;
  readonly #logPath: string;

  private constructor(process: GroupProcess, { port }: Program, leash: Leash, logPath: string) {
    this.#process = process;
    this.port = port;
    this.#leash = leash;
    this.#logPath = logPath;
    leash.hold(String(process.processId), `kill -KILL ${process.processId}`);
  }

  /** Resolves when it takes connections. Rejects with the end of its log where it does not. */
  static async start(program: Program, leash: Leash): Promise<Server> {
    const { command, environment, directory } = program;
    const logPath = `${directory}/log`;
    const variables = Object.entries({ NODE_ENV: 'production', ...environment }).map(
      ([name, value]) => `${name}=${value}`,
    );
    // `env` becomes the program, with the same process id.
    const started = await GroupProcess.start(
      { file: 'env', words: [...variables, ...command] },
      { directory, logPath },
    );
    const server = new Server(started, program, leash, logPath);
    try {
      await server.#untilReady(program.readyMsMax ?? READY_MS_MAX);
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  get processId(): number {
    return this.#process.processId;
  }

  /** Rejects with the end of its log if it has ended. */
  async assertAlive(): Promise<void> {
    if (!this.#process.isOver) return;
    throw new Error(`The server ended (${describeEnd(await this.#process.ended)}):\n${await tailOf(this.#logPath)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#signal('SIGTERM');
    const force = setTimeout(() => this.#signal('SIGKILL'), GRACE_MS);
    await this.#process.ended;
    clearTimeout(force);
    this.#leash.release(String(this.processId));
  }

  #signal(signal: NodeJS.Signals): void {
    if (!this.#process.isOver) process.kill(this.processId, signal);
  }

  async #untilReady(readyMsMax: number): Promise<void> {
    const deadline = performance.now() + readyMsMax;
    while (!(await answers(this.port))) {
      await this.assertAlive();
      if (performance.now() > deadline) {
        throw new Error(`The server took no connection in time:\n${await tailOf(this.#logPath)}`);
      }
      await delay(50);
    }
  }
}

function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: '127.0.0.1', port }, () => {
    socket.destroy();
    resolve(true);
  });
  socket.on('error', () => resolve(false));
  return promise;
}
