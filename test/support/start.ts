import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NODE_FLAGS } from '../../scripts/node-flags.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the product's own entry point, which is to give up by itself. */
export async function startAndEnd(env: Readonly<Record<string, string>>): Promise<Ended> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-start-'));
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const options = { env: { PATH: process.env['PATH'], DATA_DIR: directory, HOST: '127.0.0.1', ...env } };
  const child = execFile(process.execPath, [...NODE_FLAGS, MAIN], options, (_, stdout, stderr) => {
    resolve({ code: child.exitCode, stdout, stderr });
  });
  const ended = await promise;
  await rm(directory, { recursive: true, force: true });
  return ended;
}
