import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startNode } from '../support/node.ts';
import { createGroup, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const WITHIN_MS = 60_000;
const TEST_MS = 180_000;

// It wrote its line again ten times a second, did nothing else, and could not be ended but by SIGKILL.
test('a node whose log nobody reads any more goes on, and ends when it is asked to', { timeout: TEST_MS }, async () => {
  await using node = await startNode({ env: { LOG_LEVEL: 'trace' } });
  const ada = await signUp(node.url, 'ada');
  node.process.stdout?.destroy();
  node.process.stderr?.destroy();
  const channelId = await createGroup(node.url, ada, []);
  for (let index = 1; index <= 20; index += 1) {
    expect(await send(node.url, ada, channelId, `${index}`)).toMatchObject({ sequence: index });
  }
  expect(await node.stop()).toBe(0);
});

test('so does one whose log was read by nobody from the start', { timeout: TEST_MS }, async () => {
  const directory = await mkdtemp(join(tmpdir(), 'parley-test-'));
  const port = await freePort();
  const node = spawn(process.execPath, [MAIN], {
    env: { PATH: process.env['PATH'], PORT: `${port}`, HOST: '127.0.0.1', DATA_DIR: directory, DRAIN_SECONDS: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    node.stdout.destroy();
    node.stderr.destroy();
    const status = async () => (await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null))?.status;
    await until('it to be ready', async () => (await status()) === 200, WITHIN_MS);
    const exited = once(node, 'exit');
    node.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  } finally {
    node.kill('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  }
});
