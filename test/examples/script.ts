import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');

/** An example in a process of its own, run as its README says. Ends it, with all that it started, when it is disposed. */
export class Script implements Disposable {
  readonly process: ChildProcessWithoutNullStreams;
  readonly #output: string[] = [];

  constructor(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.process = spawn(command, args, { cwd: ROOT, env: { PATH: process.env['PATH'], ...env }, detached: true });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk: Buffer) => this.#output.push(String(chunk)));
    }
  }

  /** All that it has said, also where it failed. */
  get output(): string {
    return this.#output.join('');
  }

  get lines(): readonly string[] {
    return this.output.split('\n').filter((line) => line !== '');
  }

  /** Types a line. */
  type(line: string): void {
    this.process.stdin.write(`${line}\n`);
  }

  /** Waits for a line that it says. */
  async says(line: string, withinMs = 30_000): Promise<void> {
    await until(`the line '${line}'`, () => this.lines.includes(line), withinMs).catch((error: Error) => {
      throw new Error(`${error.message}\nbut it says\n${this.output}`);
    });
  }

  /** Its exit code, once it has ended by itself. */
  async end(): Promise<number | null> {
    return until(
      'the script to end',
      () => (this.process.exitCode === null ? null : { code: this.process.exitCode }),
      30_000,
    ).then(({ code }) => code);
  }

  [Symbol.dispose](): void {
    if (this.process.pid !== undefined && this.process.exitCode === null && this.process.signalCode === null) {
      process.kill(-this.process.pid, 'SIGKILL');
    }
  }
}
