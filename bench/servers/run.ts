import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const OUTPUT_CHARACTERS_MAX = 2_000;

/** Runs a tool to its end. Rejects with the end of what it printed where it fails, and where there is no such tool. */
export async function run(command: readonly [string, ...string[]], directory: string): Promise<string> {
  const [file, ...words] = command;
  const child = spawn(file, words, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  const [[code], output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return output;
  const printed = `${output}${errors}`.trim().slice(-OUTPUT_CHARACTERS_MAX);
  throw new Error(`${command.join(' ')} ended with ${code}:\n${printed}`);
}

/** False where it can't be started. */
export async function exists(command: readonly [string, ...string[]]): Promise<boolean> {
  try {
    await run(command, '.');
    return true;
  } catch {
    return false;
  }
}
