import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';

/** Each line replaces the one before; when the pipe closes, whatever closed it, the last one is carried out. */
const WATCH = 'last=:; while IFS= read -r line; do last=$line; done; eval "$last"';

/**
 * Ends servers and removes their data when this process dies in a way that it can't answer (SIGKILL, a crash): a small shell in
 * a session of its own waits for the end of a pipe that only this process holds.
 */
export class Leash implements AsyncDisposable {
  readonly #shell: ChildProcess;
  readonly #lastWords: string;
  readonly #held = new Map<string, string>();

  /** @param lastWords shell words that come after all that is held */
  constructor(lastWords = ':') {
    this.#lastWords = lastWords;
    this.#shell = spawn('/bin/sh', ['-c', WATCH], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    this.#shell.unref();
    const pipe = this.#shell.stdin;
    if (pipe instanceof Socket) pipe.unref();
    // A shell that is gone can't be told anything; the orderly end does without it.
    pipe?.on('error', () => {});
    this.#shell.on('error', () => {});
    this.#write();
  }

  /** Keeps shell words to be carried out. They replace what the key held. */
  hold(key: string, words: string): void {
    this.#held.set(key, words);
    this.#write();
  }

  release(key: string): void {
    if (this.#held.delete(key)) this.#write();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#shell.kill('SIGKILL');
  }

  #write(): void {
    this.#shell.stdin?.write(`${[...this.#held.values(), this.#lastWords].join('; ')}\n`);
  }
}

export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
