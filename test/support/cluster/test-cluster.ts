import type { ChannelId } from '../../../src/domain/identifier.ts';
import { partitionOf } from '../../../src/log/kafka/partitioner.ts';
import { freePort } from '../free-port.ts';
import { type Node, startNode } from '../node.ts';
import { until } from '../until.ts';

const NAMES = ['a', 'b', 'c'] as const;

export type NodeName = (typeof NAMES)[number];

export type Regions = Readonly<Record<NodeName, string>>;

const PARTITIONS = 4;
const READY_MS_MAX = 120_000;

/** Three real nodes on real services: each has a port of its own, which it keeps when it comes back. */
export class TestCluster implements AsyncDisposable {
  readonly #env: Readonly<Record<string, string>>;
  readonly #regions: Regions;
  readonly #nodes = new Map<NodeName, Node>();
  readonly #ports = new Map<NodeName, number>();

  private constructor(env: Readonly<Record<string, string>>, regions: Regions) {
    this.#env = env;
    this.#regions = regions;
  }

  /** On services that stay the caller's. `prefix` tells its keyspace and topics from those of others there. */
  static async start(
    { variables }: { readonly variables: Readonly<Record<string, string>> },
    prefix: string,
    env: Readonly<Record<string, string>> = {},
    regions: Regions = { a: 'north', b: 'north', c: 'south' },
  ): Promise<TestCluster> {
    const names = { CASSANDRA_KEYSPACE: prefix, KAFKA_PREFIX: prefix, KAFKA_PARTITIONS: String(PARTITIONS) };
    const cluster = new TestCluster({ ...variables, ...names, ...env }, regions);
    try {
      await Promise.all(NAMES.map((name) => cluster.startNode(name)));
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get names(): readonly NodeName[] {
    return NAMES;
  }

  node(name: NodeName): Node {
    const node = this.#nodes.get(name);
    if (node === undefined) throw new Error(`Node ${name} is not up.`);
    return node;
  }

  regionOf(name: NodeName): string {
    return this.#regions[name];
  }

  /** Where node `name` is reached, whether it is up or not. */
  url(name: NodeName): string {
    return `http://127.0.0.1:${this.#ports.get(name)}/graphql`;
  }

  /** At its old port, if it had one. */
  async startNode(name: NodeName): Promise<void> {
    const port = this.#ports.get(name) ?? (await freePort());
    this.#ports.set(name, port);
    const env = {
      ...this.#env,
      PORT: String(port),
      NODE_NAME: name,
      REGION: this.#regions[name],
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    };
    this.#nodes.set(name, await startNode({ env, readyMsMax: READY_MS_MAX }));
  }

  async killNode(name: NodeName): Promise<void> {
    await this.node(name).kill();
    await this.#forget(name);
  }

  /** SIGTERM, and the exit code. */
  async stopNode(name: NodeName): Promise<number | null> {
    const code = await this.node(name).stop();
    await this.#forget(name);
    return code;
  }

  /** The node whose sequencer has the channel's partition, as its own figures tell. */
  async sequencerOf(channelId: string): Promise<NodeName> {
    const label = `parley_log_lag{partition="${partitionOf(channelId as ChannelId, PARTITIONS)}"}`;
    return until(
      'a sequencer for the channel',
      async () => {
        for (const name of this.#nodes.keys()) {
          const figures = await fetch(this.url(name).replace('/graphql', '/metrics')).then(
            (response) => response.text(),
            () => '',
          );
          if (figures.includes(label)) return name;
        }
        return null;
      },
      60_000,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#nodes.values()].map((node) => node[Symbol.asyncDispose]()));
  }

  async #forget(name: NodeName): Promise<void> {
    await this.node(name)[Symbol.asyncDispose]();
    this.#nodes.delete(name);
  }
}
