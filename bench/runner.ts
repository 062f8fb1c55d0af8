import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Leash, shellQuoted } from '../scripts/services/leash.ts';
import { Ports } from '../scripts/services/ports.ts';
import type { Job, Site } from './load/job.ts';
import { runLoad } from './load-client.ts';
import type { Values } from './measure/metrics.ts';
import { describeProfiles } from './report/profile.ts';
import type { Measurement } from './results.ts';
import { type Cast, castOfNames, type SeedPlan } from './seed/plan.ts';
import { seed } from './seed/seed.ts';
import { BenchCluster } from './servers/cluster.ts';
import { Missing } from './servers/peers.ts';
import { launchOf } from './servers/programs.ts';
import { type Program, Server } from './servers/server.ts';
import type { Trial } from './suites/suite.ts';
import { type ProgramName, type TargetName, targetOf } from './targets.ts';

type SingleProgram = Exclude<ProgramName, 'cluster' | 'bare'>;

export interface RunnerOptions {
  readonly cacheDirectory: string;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
  /** Where each trial's profiles go, in a folder of its own; null for none. */
  readonly profilesDirectory: string | null;
}

interface Seeded {
  readonly directory: string;
  readonly cast: Cast;
}

/** Carries out trials, each on a server of its own, and removes whatever they leave behind. */
export class Runner implements AsyncDisposable {
  readonly #options: RunnerOptions;
  readonly #directory: string;
  readonly #leash: Leash;
  readonly #ports = new Ports('free');
  /** By plan: a data directory to copy. */
  readonly #seeds = new Map<string, Promise<Seeded>>();
  readonly #clusterCasts = new Map<string, Promise<Cast>>();
  #cluster: Promise<BenchCluster> | null = null;
  #trials = 0;

  private constructor(options: RunnerOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
    this.#leash = new Leash(`rm -rf ${shellQuoted(directory)}`);
  }

  static async create(options: RunnerOptions): Promise<Runner> {
    await mkdir(options.cacheDirectory, { recursive: true });
    return new Runner(options, await mkdtemp(join(options.cacheDirectory, 'run-')));
  }

  /** Rejects with Missing where the server can't be had here. Whatever else goes wrong is in the measurement. */
  async run(trial: Trial, repeat: number): Promise<Measurement> {
    const named = { case: trial.case, target: trial.target, repeat };
    try {
      return { ...named, values: await this.#measure(trial) };
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (error instanceof Missing) throw error;
      return { ...named, values: {}, failed: error instanceof Error ? error.message : String(error) };
    }
  }

  #measure(trial: Trial): Promise<Values> {
    const { program } = targetOf(trial.target);
    return program === 'cluster' || program === 'bare'
      ? this.#measureCluster(trial)
      : this.#measureAlone(trial, program);
  }

  async #measureAlone({ case: trialCase, target: name, plan, job }: Trial, program: SingleProgram): Promise<Values> {
    const directory = join(this.#directory, `trial-${++this.#trials}`);
    const port = await this.#ports.take(0, ['127.0.0.1']);
    const launch = await launchOf(program, port, directory, this.#options);
    const cast = program === 'parley' ? await this.#populate(directory, plan) : castOfNames(plan);
    const { profilesDirectory } = this.#options;
    const profiles = profilesDirectory && join(profilesDirectory, `${trialCase}-${name}-${this.#trials}`);
    await mkdir(directory, { recursive: true });
    try {
      const values = await this.#loadAlone(
        { ...launch, command: profiled(launch.command, profiles), directory, port },
        name,
        cast,
        job,
      );
      if (profiles !== null) for (const line of await describeProfiles(profiles)) this.#options.report(line);
      return values;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  /** The server has ended, and written its profile, when this resolves. */
  async #loadAlone(program: Program, name: TargetName, cast: Cast, job: Trial['job']): Promise<Values> {
    await using server = await Server.start(program, this.#leash);
    const place = { port: program.port, processIds: [server.processId] };
    return await this.#load(name, { ...place, ...cast }, job(cast, null), () => server.assertAlive());
  }

  /** On the one cluster of the run; each trial has people and groups of its own, but history is written once. */
  async #measureCluster({ target: name, plan, job }: Trial): Promise<Values> {
    const { report, signal } = this.#options;
    const parts = { ports: this.#ports, leash: this.#leash, report, signal };
    this.#cluster ??= BenchCluster.start({ ...parts, directory: join(this.#directory, 'cluster') });
    const cluster = await this.#cluster;
    const key = JSON.stringify(plan);
    const cast = this.#clusterCasts.get(key) ?? cluster.populate(plan, this.#shown());
    this.#clusterCasts.set(key, cast);
    const known = await cast;
    return this.#load(name, { ...cluster.site, ...known }, job(known, cluster.variables), () => cluster.assertAlive());
  }

  async #load(
    name: TargetName,
    place: Omit<Site, 'dialect' | 'operationIds'>,
    job: Job,
    assertAlive: () => Promise<void>,
  ): Promise<Values> {
    const { dialect, operationIds } = targetOf(name);
    try {
      return await runLoad({ job, site: { ...place, dialect, operationIds } }, this.#options.signal);
    } catch (error) {
      await assertAlive();
      throw error;
    }
  }

  async #populate(directory: string, plan: SeedPlan): Promise<Cast> {
    const key = JSON.stringify(plan);
    let seeded = this.#seeds.get(key);
    if (seeded === undefined) {
      seeded = this.#seed(plan);
      this.#seeds.set(key, seeded);
    }
    const { directory: from, cast } = await seeded;
    await cp(from, directory, { recursive: true });
    return cast;
  }

  async #seed(plan: SeedPlan): Promise<Seeded> {
    const directory = join(this.#directory, `seed-${this.#seeds.size}`);
    const cast = await seed(directory, plan, this.#shown());
    return { directory, cast };
  }

  #shown(): (share: number) => void {
    let shown = 0;
    return (share) => {
      this.#options.signal.throwIfAborted();
      if (share < shown + 0.1) return;
      shown = share;
      this.#options.report(`writing history: ${Math.round(share * 100)}%`);
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const cluster = await this.#cluster?.catch(() => null);
    await cluster?.[Symbol.asyncDispose]();
    this.#ports[Symbol.dispose]();
    await rm(this.#directory, { recursive: true, force: true });
    await this.#leash[Symbol.asyncDispose]();
  }
}

/** Node writes a profile of each thread when it ends. */
function profiled([file, ...words]: Program['command'], profiles: string | null): Program['command'] {
  if (profiles === null || file !== process.execPath) return [file, ...words];
  return [file, '--cpu-prof', `--cpu-prof-dir=${profiles}`, ...words];
}
