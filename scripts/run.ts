import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs a command of a development dependency. Nothing when it succeeded, else what it printed, line by line. */
export async function run(command: string, options: readonly string[]): Promise<readonly string[]> {
  const child = spawn(command, options, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code === 0) return [];
  return [`${command} ended with ${code}`, ...`${output}${errors}`.trimEnd().split('\n')];
}
