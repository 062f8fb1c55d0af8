import { spawn } from 'node:child_process';

const OUTPUT_CHARACTERS_MAX = 4_000;

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export interface Ran {
  /** Null when it could not be started or was ended by a signal. */
  readonly code: number | null;
  /** The end of what it wrote, both streams together. */
  readonly output: string;
}

/** Runs a command to its end. Rejects only when the signal aborts; a command that is not there has code null. */
export async function run(file: string, words: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { environment, signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const { promise, resolve } = Promise.withResolvers<Ran>();
  let output = '';
  const child = spawn(file, words, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' }),
  });
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.once('error', (error) => resolve({ code: null, output: output + error.message }));
  child.once('close', (code) => resolve({ code, output }));
  const ran = await promise;
  signal?.throwIfAborted();
  return ran;
}
