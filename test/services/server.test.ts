import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Leash } from '../../scripts/services/leash.ts';
import type { Origin } from '../../scripts/services/origin.ts';
import type { Plan } from '../../scripts/services/plan.ts';
import { Server } from '../../scripts/services/server.ts';

let directory = '';
let leash: Leash;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-server-'));
  leash = new Leash();
});

afterAll(async () => {
  await leash[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const shell: Origin = {
  label: 'shell',
  libraryDirectory: '',
  command: ({ words }) => ({ file: '/bin/sh', words }),
  signal: async ({ processId }, signal) => {
    process.kill(-processId, signal);
  },
  forcedEnd: ({ processId }) => `kill -s KILL -- -${processId}`,
};

/** A shell in the place of a server: what it writes and how it ends is the test's. */
function serverThat(script: string, plan: Partial<Plan> = {}): Server {
  const whole: Plan = {
    name: 'redis',
    kind: 'redis',
    origin: shell,
    address: { host: '127.0.0.1', port: 1 },
    directory: join(directory, String(performance.now())),
    files: {},
    program: { name: 'redis-server', words: ['-c', script] },
    readyMsMax: 10_000,
    isReady: async () => false,
    ...plan,
  };
  return new Server({ plan: whole, leash, runName: 'parley-test', onDeath: () => {} });
}

it('says how a server ended that never answered, with its last words', async () => {
  const server = serverThat('echo no memory left >&2; exit 3');
  await expect(server.start()).rejects.toThrow(
    /^redis ended at once \(exit code 3\)\. The end of \S+log:\n {4}no memory left$/,
  );
  expect(server.state).toBe('down');
});

it('waits for an answer only so long, and ends the server then', async () => {
  const server = serverThat('echo busy; exec sleep 60', { readyMsMax: 300 });
  await expect(server.start()).rejects.toThrow(/^redis did not answer within 0\.3 s\. The end of \S+:\n {4}busy$/);
  expect(server.state).toBe('down');
  expect(server.processId).toBe(undefined);
});

it('can be cut short', async () => {
  const server = serverThat('exec sleep 60');
  const end = new AbortController();
  const starting = server.start(end.signal);
  end.abort(new Error('enough'));
  await expect(starting).rejects.toThrow('enough');
  expect(server.state).toBe('down');
});

it('says that a program is not there', async () => {
  const command = () => ({ file: '/nowhere/redis-server', words: [] });
  const server = serverThat('', { origin: { ...shell, command } });
  await expect(server.start()).rejects.toThrow('ENOENT');
  expect(server.state).toBe('down');
});
