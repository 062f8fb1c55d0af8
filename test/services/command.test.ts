import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';

const COMMAND = join(import.meta.dirname, '../../scripts/services.ts');
const WAIT = { timeout: 20_000, interval: 50 };

let directory = '';
let child: ChildProcess | undefined;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-command-'));
});

afterEach(async () => {
  child?.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly redis: { readonly processId: number };
  readonly dataDirectory: string;
}

async function start(...words: string[]): Promise<Started> {
  const started = spawn(process.execPath, [COMMAND, '--only', 'redis', '--ports', 'free', ...words], {
    cwd: directory,
  });
  child = started;
  let output = '';
  started.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await expect.poll(() => output, { ...WAIT, timeout: SERVICES_TIMEOUT_MS }).toContain('services ready\n');
  const processId = Number(/process (\d+)/.exec(output)?.[1]);
  return {
    child: started,
    output: () => output,
    redis: { processId },
    dataDirectory: /data in (\S+)/.exec(output)?.[1] ?? '',
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

it('writes the addresses, stays, and ends everything it started on SIGTERM', {
  timeout: SERVICES_TIMEOUT_MS,
}, async () => {
  const { child, redis, dataDirectory } = await start();
  expect(await readFile(join(directory, '.services.env'), 'utf8')).toMatch(/^REDIS_URLS=redis:\/\/127\.0\.0\.1:\d+\n$/);
  expect(isAlive(redis.processId)).toBe(true);
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(isAlive(redis.processId)).toBe(false);
  expect(existsSync(dataDirectory)).toBe(false);
  expect(existsSync(join(directory, '.services.env'))).toBe(false);
});

it('reports a server that died with its log, and stays', { timeout: SERVICES_TIMEOUT_MS }, async () => {
  const { child, output, redis } = await start();
  process.kill(redis.processId, 'SIGKILL');
  await expect.poll(output, WAIT).toContain('redis died (SIGKILL).');
  expect(output()).toContain('Ready to accept connections');
  expect(child.exitCode).toBe(null);
});

// The watching shell's kill took no `-KILL -- -GROUP`, and removed the data under a server that ran on.
it('leaves nothing behind when it is killed itself', { timeout: SERVICES_TIMEOUT_MS }, async () => {
  const { child, redis, dataDirectory } = await start();
  child.kill('SIGKILL');
  await expect.poll(() => isAlive(redis.processId), WAIT).toBe(false);
  await expect.poll(() => existsSync(dataDirectory), WAIT).toBe(false);
});

it('ends with the process that it was told to watch', { timeout: SERVICES_TIMEOUT_MS }, async () => {
  const watched = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9)']);
  const { child, redis } = await start('--exit-with-parent', String(watched.pid));
  watched.kill('SIGKILL');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(isAlive(redis.processId)).toBe(false);
});

// npm's shell died of the SIGTERM that npm handed on, and the servers ran on.
it('ends with the shell that npm runs it in', { timeout: SERVICES_TIMEOUT_MS }, async () => {
  const script = `"$0" "${COMMAND}" --only redis --ports free > output; :`;
  const environment = { ...process.env, npm_lifecycle_event: 'services' };
  child = spawn('/bin/sh', ['-c', script, process.execPath], { cwd: directory, env: environment });
  const output = () => readFile(join(directory, 'output'), 'utf8').catch(() => '');
  await expect.poll(output, { ...WAIT, timeout: SERVICES_TIMEOUT_MS }).toContain('services ready\n');
  child.kill('SIGTERM');
  await expect.poll(output, WAIT).toMatch(/npm is gone; ending all\n.*all ended\n$/);
});
