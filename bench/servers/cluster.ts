import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leash } from '../../scripts/services/leash.ts';
import type { Kind } from '../../scripts/services/origin.ts';
import type { Ports } from '../../scripts/services/ports.ts';
import { Report } from '../../scripts/services/report.ts';
import { Services } from '../../scripts/services/services.ts';
import { createCassandraStorage } from '../../src/storage/cassandra/storage.ts';
import type { Site } from '../load/job.ts';
import type { Cast, SeedPlan } from '../seed/plan.ts';
import { seedInto } from '../seed/seed.ts';
import { Missing } from './peers.ts';
import { launchParley } from './programs.ts';
import { Server } from './server.ts';

const READY_MS_MAX = 120_000;
const GATEWAYS = 3;
/** The roles apart, so that each tells what it costs. */
const NODES = ['api', 'sequencer', ...Array.from({ length: GATEWAYS }, () => 'gateway')];

export interface BenchClusterOptions {
  readonly directory: string;
  readonly ports: Ports;
  readonly leash: Leash;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Real Cassandra, Kafka, Redis and ZooKeeper, and on them an API node, a sequencer and three gateways. Started once a run. */
export class BenchCluster implements AsyncDisposable {
  readonly #services: Services;
  readonly #nodes: readonly Server[];
  readonly #ending: AsyncDisposableStack;

  private constructor(services: Services, nodes: readonly Server[], ending: AsyncDisposableStack) {
    this.#services = services;
    this.#nodes = nodes;
    this.#ending = ending;
  }

  /** Rejects with Missing where the services can't be had here. */
  static async start(options: BenchClusterOptions): Promise<BenchCluster> {
    const { directory, ports, leash, signal } = options;
    await using starting = new AsyncDisposableStack();
    const services = starting.use(await startServices(options));
    const nodes: Server[] = [];
    for (const [index, role] of NODES.entries()) {
      signal.throwIfAborted();
      const own = join(directory, `node-${index}`);
      await mkdir(own, { recursive: true });
      const port = await ports.take(0, ['127.0.0.1']);
      const { command, environment } = launchParley(port, own);
      const cluster = { ...services.variables, NODE_NAME: `node-${index}`, ROLES: role };
      options.report(`starting a node: ${role}`);
      const program = { command, directory: own, port, readyMsMax: READY_MS_MAX };
      nodes.push(starting.use(await Server.start({ ...program, environment: { ...environment, ...cluster } }, leash)));
    }
    return new BenchCluster(services, nodes, starting.move());
  }

  async populate(plan: SeedPlan, progress: (share: number) => void): Promise<Cast> {
    const { variables } = this.#services;
    const storage = await createCassandraStorage({
      contactPoints: list(variables, 'CASSANDRA_CONTACT_POINTS'),
      localDataCenter: variables['CASSANDRA_DATACENTER'] ?? '',
      keyspace: variables['CASSANDRA_KEYSPACE'] ?? '',
      replication: Number(variables['CASSANDRA_REPLICATION']),
      failed: () => {},
    });
    try {
      return await seedInto(storage, plan, progress);
    } finally {
      await storage.close();
    }
  }

  /** What the load client has to know, besides who is there. */
  get site(): Pick<Site, 'port' | 'socketPorts' | 'processIds' | 'parts' | 'redisUrl' | 'cassandra'> {
    const of = (role: string): readonly Server[] => this.#nodes.filter((_, index) => NODES[index] === role);
    const idsOf = (servers: readonly Server[]): readonly number[] => servers.map(({ processId }) => processId);
    const service = (kind: Kind): readonly number[] =>
      this.#services.servers.flatMap((server) => (server.kind === kind ? (server.processId ?? []) : []));
    return {
      port: of('api')[0]?.port ?? 0,
      socketPorts: of('gateway').map(({ port }) => port),
      processIds: idsOf(this.#nodes),
      parts: {
        ...{
          apiMicros: idsOf(of('api')),
          sequencerMicros: idsOf(of('sequencer')),
          gatewaysMicros: idsOf(of('gateway')),
        },
        ...{ kafkaMicros: service('kafka'), cassandraMicros: service('cassandra'), redisMicros: service('redis') },
      },
      redisUrl: this.variables.redis[0] ?? '',
      cassandra: { ...this.variables.cassandra, keyspace: this.#services.variables['CASSANDRA_KEYSPACE'] ?? '' },
    };
  }

  get variables() {
    const { variables } = this.#services;
    return {
      kafka: list(variables, 'KAFKA_BROKERS'),
      redis: list(variables, 'REDIS_URLS'),
      cassandra: {
        contactPoints: list(variables, 'CASSANDRA_CONTACT_POINTS'),
        dataCenter: variables['CASSANDRA_DATACENTER'] ?? '',
        copies: Number(variables['CASSANDRA_REPLICATION']),
      },
    };
  }

  async assertAlive(): Promise<void> {
    for (const node of this.#nodes) await node.assertAlive();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ending.disposeAsync();
  }
}

async function startServices({ report, signal }: BenchClusterOptions): Promise<Services> {
  try {
    return await Services.start({ ports: 'free', report: new Report(report), signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new Missing(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error));
  }
}

const list = (variables: Readonly<Record<string, string>>, name: string): readonly string[] =>
  variables[name]?.split(',') ?? [];
