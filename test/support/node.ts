import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';

export interface NodeOptions {
  /** Beside the usual: a free port, no rates, an own directory. */
  readonly env?: Readonly<Record<string, string>>;
  /** To start again on what another node has left. It is not removed then. */
  readonly directory?: string;
  readonly readyMsMax?: number;
  /** Of another copy of the product. */
  readonly main?: string;
}

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const READY_MS_MAX = 60_000;

/** A real node: the product's own entry point in a process of its own. */
export class Node implements AsyncDisposable {
  readonly url: string;
  readonly wsUrl: string;
  readonly directory: string;
  readonly process: ChildProcess;
  readonly #output: () => string;
  readonly #ownsDirectory: boolean;

  constructor(parts: { port: number; directory: string; process: ChildProcess; output: () => string; owns: boolean }) {
    this.url = `http://127.0.0.1:${parts.port}/graphql`;
    this.wsUrl = `ws://127.0.0.1:${parts.port}/graphql`;
    this.directory = parts.directory;
    this.process = parts.process;
    this.#output = parts.output;
    this.#ownsDirectory = parts.owns;
  }

  /** Everything that it has printed. */
  get output(): string {
    return this.#output();
  }

  /** Resident memory now. */
  async memoryBytes(): Promise<number> {
    const { readFile } = await import('node:fs/promises');
    const status = await readFile(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
  }

  /** SIGTERM, and the exit code once it is gone. */
  async stop(): Promise<number | null> {
    return end(this.process, 'SIGTERM');
  }

  async kill(): Promise<void> {
    await end(this.process, 'SIGKILL');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await end(this.process, 'SIGKILL');
    if (this.#ownsDirectory) await rm(this.directory, { recursive: true, force: true });
  }
}

export async function startNode(options: NodeOptions = {}): Promise<Node> {
  const { env = {}, directory, readyMsMax = READY_MS_MAX, main = MAIN } = options;
  const own = directory ?? (await mkdtemp(join(tmpdir(), 'parley-test-')));
  const child = spawn(process.execPath, [...NODE_FLAGS, main], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: own,
      RATE_LIMITS: 'off',
      DRAIN_SECONDS: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let isReady = false;
  const listen = (chunk: Buffer): void => {
    chunks.push(String(chunk));
    if (isReady) return;
    const port = /"port":(\d+)/.exec(chunks.join(''))?.[1];
    if (port === undefined) return;
    isReady = true;
    resolve(Number(port));
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  child.once('exit', (code) => reject(new Error(`The node ended with ${code}:\n${chunks.join('')}`)));
  const late = setTimeout(() => reject(new Error(`The node is not ready:\n${chunks.join('')}`)), readyMsMax);
  try {
    const port = await promise;
    return new Node({
      port,
      directory: own,
      process: child,
      output: () => chunks.join(''),
      owns: directory === undefined,
    });
  } catch (error) {
    await end(child, 'SIGKILL');
    throw error;
  } finally {
    clearTimeout(late);
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}
