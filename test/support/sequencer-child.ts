import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Ground } from './sequencer-ground.ts';
import { until } from './until.ts';

const CHILD = join(import.meta.dirname, 'sequencer-process.ts');

export interface SequencerChild extends AsyncDisposable {
  readonly node: string;
  /** What it wrote to its error output. */
  readonly errors: () => string;
  /** SIGTERM, and waits for its end. Resolves to its exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  /** SIGSTOP: it does nothing, and its connections stay open. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
}

/** A sequencer in a process of its own. */
export async function startSequencer(ground: Ground, node: string): Promise<SequencerChild> {
  const child: ChildProcess = spawn(process.execPath, [CHILD, JSON.stringify({ ground, node })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const exited = once(child, 'close');
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  await until(
    `${node} to start`,
    () => output.includes('started') || (child.exitCode !== null && Promise.reject(errors)),
    60_000,
  );
  return {
    node,
    errors: () => errors,
    async stop() {
      await end('SIGTERM');
      return child.exitCode;
    },
    kill: () => end('SIGKILL'),
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) await end('SIGKILL');
    },
  };
}
