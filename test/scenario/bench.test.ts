import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareOnce } from '../../bench/pair/compare.ts';
import { Runner } from '../../bench/runner.ts';
import type { Trial } from '../../bench/suites/suite.ts';
import { SUITES } from '../../bench/suites/suites.ts';
import type { TargetName } from '../../bench/targets.ts';

const MINUTE_MS = 60_000;
const CHECKOUT = join(import.meta.dirname, '../..');
/** As small as it gets. */
const SCALE = {
  ...{ seconds: 1, warmUpSeconds: 1, idleSeconds: 1, peersIdleSeconds: 1, idleGroups: 1, peersIdleGroups: 1 },
  ...{ stormGroups: 1, historyMessages: 2_100, inboxChannels: 5 },
};

function trialOf(suite: keyof typeof SUITES, caseName: string, target: TargetName = 'parley'): Trial {
  const found = SUITES[suite].trials(SCALE).find((trial) => trial.case === caseName && trial.target === target);
  if (found === undefined) throw new Error(`${suite} has no ${caseName}`);
  return found;
}

describe('a run of the bench against a started node', { timeout: 3 * MINUTE_MS }, () => {
  let directory: string;
  let runner: Runner;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
    runner = await Runner.create({
      cacheDirectory: directory,
      report: () => {},
      signal: new AbortController().signal,
      profilesDirectory: null,
    });
  });
  afterAll(async () => {
    await runner[Symbol.asyncDispose]();
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true, force: true });
  }, MINUTE_MS);

  it('delivers every message to every member once, and says what that cost', async () => {
    const { values, failed } = await runner.run(trialOf('growth', '10x10'), 1);
    expect(failed).toBeUndefined();
    expect(values).toMatchObject({ lost: 0, repeated: 0, sockets: 100 });
    expect(values.deliveriesPerSecond).toBeGreaterThan(0);
    expect(values.cpuPerDeliveryMicros).toBeGreaterThan(1);
    expect(values.latencyP99Millis).toBeGreaterThanOrEqual(values.latencyP50Millis ?? Number.POSITIVE_INFINITY);
  });

  it('holds idle sockets', async () => {
    const { values, failed } = await runner.run(trialOf('idle', 'idle'), 1);
    expect(failed).toBeUndefined();
    expect(values.sockets).toBe(100);
    expect(values.residentPerSocketKilobytes).toBeGreaterThan(1);
  });

  it.each(['socket', 'ephemeral'])('sends: %s', async (name) => {
    const { values, failed } = await runner.run(trialOf('send', name), 1);
    expect(failed).toBeUndefined();
    expect(values).toMatchObject({ lost: 0, repeated: 0 });
    expect(values.cpuPerSendMicros).toBeGreaterThan(1);
  });

  it('brings back who was cut off', async () => {
    const { values, failed } = await runner.run(trialOf('resume', 'storm'), 1);
    expect(failed).toBeUndefined();
    expect(values).toMatchObject({ lost: 0, repeated: 0, sockets: 100 });
  });

  it.each(['middle', 'inbox-many'])('reads history: %s', async (name) => {
    const { values, failed } = await runner.run(trialOf('history', name), 1);
    expect(failed).toBeUndefined();
    expect(values.cpuPerRequestMicros).toBeGreaterThan(1);
  });

  it('compares two checkouts, which may be the same', async () => {
    const load = { via: 'http', rate: 50, seconds: 1, warmUpSeconds: 1 } as const;
    const place = { cacheDirectory: directory, signal: new AbortController().signal };
    const micros = await compareOnce({ builds: [CHECKOUT, CHECKOUT], ...load, ...place });
    expect(micros).toHaveLength(2);
    for (const each of micros) expect(each).toBeGreaterThan(1);
  });

  it('reports what went wrong on the server or in the client', async () => {
    const trial = trialOf('history', 'middle');
    const broken: Trial = {
      ...trial,
      job: (cast) => ({ ...trial.job(cast, null), contains: { text: '"cursor"', times: 7 } }) as never,
    };
    expect((await runner.run(broken, 1)).failed).toContain('50 times "cursor", not 7');
  });
});
