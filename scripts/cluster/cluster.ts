import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { defaultCacheDirectory } from '../services/cache.ts';
import { Leash } from '../services/leash.ts';
import type { Plan } from '../services/plan.ts';
import { Ports } from '../services/ports.ts';
import type { Report } from '../services/report.ts';
import { Server } from '../services/server.ts';
import { Services } from '../services/services.ts';
import { planEdge } from './edge.ts';
import { planNodes } from './nodes.ts';
import { clusterPage } from './page.ts';

export interface ClusterOptions {
  readonly port: number;
  readonly cassandraNodes: number;
  readonly dataDirectory?: string;
  readonly report: Report;
  /** Cuts a start short. */
  readonly signal: AbortSignal;
}

/** The services, the nodes on them and the edge before them, which end together. */
export class Cluster implements AsyncDisposable {
  readonly page: string;
  readonly services: Services;
  readonly #ending: AsyncDisposableStack;

  private constructor(services: Services, page: string, ending: AsyncDisposableStack) {
    this.services = services;
    this.page = page;
    this.#ending = ending;
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { report, signal } = options;
    await using starting = new AsyncDisposableStack();
    const services = starting.use(await Services.start({ ...options, ports: 'free' }));
    const ports = starting.use(new Ports('standard'));
    const leash = starting.use(new Leash());
    const directory = services.dataDirectory;
    const port = await ports.take(options.port, ['127.0.0.1']);
    const edgeUrl = `https://localhost:${port}`;
    const nodes = await planNodes({ ports, directory, variables: services.variables, edgeUrl });
    const page = clusterPage(edgeUrl, nodes, services.servers);
    const origin = { cacheDirectory: defaultCacheDirectory(), report, signal };
    const edge = await planEdge({ port, directory, nodes, page, origin });

    const runName = `parley-cluster-${randomUUID().slice(0, 8)}`;
    const start = async (plan: Plan): Promise<void> => {
      const onDeath = ({ name }: Server, cause: string) =>
        report.line(`${cause}\n${name} is down; the others go on. Its log: ${join(plan.directory, 'log')}`);
      const server = new Server({ plan, leash, runName, onDeath });
      starting.defer(() => server.stop());
      const { seconds } = await report.during(`${plan.name}: starting`, () => server.start(signal));
      report.line(`${plan.name}: answers on ${plan.address.host}:${plan.address.port} (${server.label}, ${seconds} s)`);
    };
    const started = await Promise.allSettled(nodes.map(start));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    await start(edge);
    return new Cluster(services, page, starting.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#ending.disposeAsync();
  }
}
