import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Leash, shellQuoted } from '../../scripts/services/leash.ts';
import { Ports } from '../../scripts/services/ports.ts';
import type { SendJob } from '../load/job.ts';
import { runLoad } from '../load-client.ts';
import { EMPTY_GROUPS } from '../seed/plan.ts';
import { Server } from '../servers/server.ts';
import { targetOf } from '../targets.ts';

export interface CompareOptions {
  /** Checkouts with their packages installed. */
  readonly builds: readonly string[];
  readonly via: SendJob['via'];
  /** Sends a second, to each build. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly cacheDirectory: string;
  readonly signal: AbortSignal;
}

const GROUPS = 8;
const PLAN = { ...EMPTY_GROUPS, groups: GROUPS, membersPerGroup: 1 };
/** So that their sends do not fall on the same moments. */
const APART_MS = 3;

/**
 * What a durable send takes of a processor on each build, in microseconds. All run at once, each with a client of its own: whatever the machine does
 * meanwhile meets all of them.
 */
export async function compareOnce(options: CompareOptions): Promise<readonly number[]> {
  const { builds, via, rate, seconds, warmUpSeconds, cacheDirectory, signal } = options;
  await mkdir(cacheDirectory, { recursive: true });
  const directory = await mkdtemp(join(cacheDirectory, 'pair-'));
  await using stack = new AsyncDisposableStack();
  const leash = stack.use(new Leash(`rm -rf ${shellQuoted(directory)}`));
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const ports = stack.use(new Ports('free'));
  const started = [];
  for (const [index, build] of builds.entries()) {
    const port = await ports.take(0, ['127.0.0.1']);
    const { program, cast } = await prepare(build, join(directory, String(index)), port);
    started.push({ server: stack.use(await Server.start(program, leash)), cast });
  }
  const rates = { senders: GROUPS, membersPerGroup: 1, rate, seconds, warmUpSeconds };
  const { dialect, operationIds } = targetOf('parley');
  const values = await Promise.all(
    started.map(async ({ server, cast }, index) => {
      await new Promise((resolve) => setTimeout(resolve, index * APART_MS));
      const place = { port: server.port, processIds: [server.processId], dialect, operationIds };
      return runLoad({ job: { kind: 'send', via, ...rates }, site: { ...place, ...cast } }, signal);
    }),
  );
  return values.map(({ cpuPerSendMicros }) => cpuPerSendMicros ?? Number.NaN);
}

/** With the build's own schema and its own way of being started. */
async function prepare(build: string, directory: string, port: number) {
  const { launchParley }: typeof import('../servers/programs.ts') = await import(`${build}/bench/servers/programs.ts`);
  const { seed }: typeof import('../seed/seed.ts') = await import(`${build}/bench/seed/seed.ts`);
  await mkdir(directory);
  const cast = await seed(directory, PLAN, () => {});
  return { cast, program: { ...launchParley(port, directory), directory, port } };
}
