import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EnvironmentFile } from '../../scripts/services/environment-file.ts';
import { run } from '../../scripts/services/run.ts';

let directory = '';

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-environment-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

it('can be sourced by a shell', async () => {
  const path = join(directory, 'sourced');
  await new EnvironmentFile(path).write({
    ZOOKEEPER: '127.0.0.1:2181',
    REDIS_URLS: 'redis://127.0.0.1:1,redis://127.0.0.1:2',
  });
  const { output } = await run('/bin/sh', ['-c', `. ${path}; echo "$ZOOKEEPER $REDIS_URLS"`]);
  expect(output).toBe('127.0.0.1:2181 redis://127.0.0.1:1,redis://127.0.0.1:2\n');
});

it('is removed at the end, but not when another run has written it since', async () => {
  const path = join(directory, 'removed');
  const file = new EnvironmentFile(path);
  await file.write({ ZOOKEEPER: '127.0.0.1:2181' });
  await writeFile(path, 'ZOOKEEPER=127.0.0.1:9999\n');
  await file.remove();
  expect(await readFile(path, 'utf8')).toContain('9999');
  await file.write({ ZOOKEEPER: '127.0.0.1:2181' });
  await file.remove();
  await expect(readFile(path)).rejects.toThrow('ENOENT');
});
