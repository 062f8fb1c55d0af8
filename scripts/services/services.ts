import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { defaultCacheDirectory } from './cache.ts';
import { CASSANDRA, planCassandra } from './cassandra.ts';
import { containerEngineAnswers, containerOrigin } from './container.ts';
import { KAFKA, planKafka } from './kafka.ts';
import { Leash, shellQuoted } from './leash.ts';
import { type Distribution, KINDS, type Kind, type OriginChoice, type OriginOptions } from './origin.ts';
import { packageOrigin } from './packages.ts';
import type { Plan, PlanOptions } from './plan.ts';
import { type PortChoice, Ports } from './ports.ts';
import { planRedis, REDIS } from './redis.ts';
import type { Report } from './report.ts';
import { Server } from './server.ts';
import { variablesOf } from './variables.ts';
import { planZookeeper, ZOOKEEPER } from './zookeeper.ts';

export interface ServicesOptions {
  readonly report: Report;
  /** Default: one of each kind. */
  readonly only?: readonly Kind[];
  /** From 1 (the default) to 3. */
  readonly cassandraNodes?: number;
  /** From 1 (the default) to 3. */
  readonly kafkaBrokers?: number;
  /** From 1 (the default) to 8. */
  readonly redisServers?: number;
  readonly ports?: PortChoice;
  readonly origin?: OriginChoice;
  /** Keeps what the servers write. Default: a fresh temporary directory, removed at the end. */
  readonly dataDirectory?: string;
  /** Leaves the temporary directory where it is. */
  readonly isDataKept?: boolean;
  readonly cacheDirectory?: string;
  /** Cuts a start short. It ends nothing once they run. */
  readonly signal?: AbortSignal;
  /** Told of a server that died by itself; the others go on. */
  readonly onDeath?: (server: Server, cause: string) => void;
}

const CATALOGUE: Readonly<
  Record<Kind, { readonly distribution: Distribution; readonly plan: (options: PlanOptions) => Promise<Plan[]> }>
> = {
  cassandra: { distribution: CASSANDRA, plan: planCassandra },
  kafka: { distribution: KAFKA, plan: planKafka },
  zookeeper: { distribution: ZOOKEEPER, plan: planZookeeper },
  redis: { distribution: REDIS, plan: planRedis },
};

/** Real servers on this machine's loopback, which end with the process that started them. */
export class Services implements AsyncDisposable {
  readonly dataDirectory: string;
  readonly #options: ServicesOptions;
  readonly #leash: Leash;
  readonly #runName = `parley-${randomUUID().slice(0, 8)}`;
  readonly #ports: Ports;
  readonly #servers: Server[] = [];

  private constructor(options: ServicesOptions, dataDirectory: string) {
    this.#options = options;
    this.dataDirectory = dataDirectory;
    this.#ports = new Ports(options.ports ?? 'standard');
    this.#leash = new Leash(this.#isDataRemoved ? `sleep 1; rm -rf ${shellQuoted(dataDirectory)}` : undefined);
  }

  /** Fetches what is not here yet and starts all of them. Resolves when each answers; otherwise ends those that started. */
  static async start(options: ServicesOptions): Promise<Services> {
    const { dataDirectory } = options;
    const directory = resolve(dataDirectory ?? (await mkdtemp(join(tmpdir(), 'parley-services-'))));
    const services = new Services(options, directory);
    try {
      await mkdir(directory, { recursive: true });
      await services.#startAll();
      return services;
    } catch (error) {
      await services[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** In the order of the kinds; several of a kind in the order of their numbers. */
  get servers(): readonly Server[] {
    return this.#servers.toSorted((a, b) => orderOf(a) - orderOf(b) || a.name.localeCompare(b.name));
  }

  /** What a node is configured with to use them. */
  get variables(): Readonly<Record<string, string>> {
    return variablesOf(this.servers);
  }

  /** Throws when there is none of that name. */
  server(name: string): Server {
    const found = this.#servers.find((server) => server.name === name);
    if (found === undefined) throw new Error(`There is no ${name} among ${this.servers.map((one) => one.name)}.`);
    return found;
  }

  /** Ends every server and removes the data unless they are to be kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    // Data that is thrown away needs no orderly end, which takes a Cassandra ten seconds.
    await Promise.all(this.#servers.map((server) => (this.#isDataRemoved ? server.kill() : server.stop())));
    this.#ports[Symbol.dispose]();
    if (this.#isDataRemoved) await rm(this.dataDirectory, { recursive: true, force: true, maxRetries: 5 });
    await this.#leash[Symbol.asyncDispose]();
  }

  get #isDataRemoved(): boolean {
    return this.#options.dataDirectory === undefined && this.#options.isDataKept !== true;
  }

  async #startAll(): Promise<void> {
    const { report, only = KINDS, origin = 'auto' } = this.#options;
    const failure = new AbortController();
    const outer = this.#options.signal === undefined ? [] : [this.#options.signal];
    const signal = AbortSignal.any([failure.signal, ...outer]);
    const cacheDirectory = this.#options.cacheDirectory ?? defaultCacheDirectory();
    const originOptions = { cacheDirectory, report, signal };
    const isContainers = origin === 'containers' || (origin === 'auto' && (await containerEngineAnswers(signal)));
    const source = isContainers ? containerOrigin : packageOrigin;
    if (!isContainers) report.line(`no containers; packages are kept in ${cacheDirectory}`);

    const starting: Promise<void>[] = [];
    try {
      // One after another: package managers lock, and what was fetched starts while the next is fetched.
      for (const kind of KINDS.filter((one) => only.includes(one))) {
        const servers = await this.#add(kind, source, originOptions);
        const started = this.#startInTurn(servers, signal);
        started.catch((error: unknown) => failure.abort(error));
        starting.push(started);
      }
      await Promise.all(starting);
    } finally {
      await Promise.allSettled(starting);
    }
  }

  async #add(
    kind: Kind,
    source: (distribution: Distribution, options: OriginOptions) => Promise<Plan['origin']>,
    options: OriginOptions,
  ): Promise<Server[]> {
    const { distribution, plan } = CATALOGUE[kind];
    const origin = await source(distribution, options);
    const { cassandraNodes = 1, kafkaBrokers = 1, redisServers = 1 } = this.#options;
    const count = { cassandra: cassandraNodes, kafka: kafkaBrokers, redis: redisServers, zookeeper: 1 }[kind];
    const plans = await plan({ origin, ports: this.#ports, directory: this.dataDirectory, count });
    const servers = plans.map((one) => this.#server(one));
    this.#servers.push(...servers);
    return servers;
  }

  #server(plan: Plan): Server {
    const onDeath = (server: Server, cause: string) => {
      this.#options.report.line(`${cause}\n${server.name} is down; the others go on.`);
      this.#options.onDeath?.(server, cause);
    };
    return new Server({ plan, leash: this.#leash, runName: this.#runName, onDeath });
  }

  async #startInTurn(servers: readonly Server[], signal: AbortSignal): Promise<void> {
    const { report } = this.#options;
    for (const server of servers) {
      const { host, port } = server.address;
      const { seconds } = await report.during(`${server.name}: starting`, () => server.start(signal));
      const detail = `${server.label}, process ${server.processId}, ${seconds} s`;
      report.line(`${server.name}: answers on ${host}:${port} (${detail})`);
    }
  }
}

const orderOf = ({ kind }: Server): number => (KINDS as readonly string[]).indexOf(kind);
