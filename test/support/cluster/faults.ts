import { setTimeout as delay } from 'node:timers/promises';
import type { Services } from '../../../scripts/services/services.ts';
import { pickOne } from './random.ts';
import type { NodeName, TestCluster } from './test-cluster.ts';

export interface FaultContext {
  readonly cluster: TestCluster;
  readonly services: Services;
  readonly channelId: string;
  readonly random: () => number;
  /** Of what is held still. */
  readonly pauseMs: number;
  /** Resolves when every reader gets messages again. */
  readonly flows: () => Promise<void>;
}

export interface Fault {
  /** What is done, as the table says it. */
  readonly name: string;
  /** Deliveries may pause for so long; null where that depends on how long a server takes to come back. */
  readonly pauseMsMax: number | null;
  /** Does it, and mends it. */
  readonly happen: (context: FaultContext) => Promise<void>;
}

const otherThan = (cluster: TestCluster, owner: NodeName): readonly NodeName[] =>
  cluster.names.filter((name) => name !== owner);

/** It stays away until messages flow without it, and then comes back. */
async function killAndReturn({ cluster, flows }: FaultContext, name: NodeName): Promise<void> {
  await cluster.killNode(name);
  await flows();
  await cluster.startNode(name);
}

export const FAULTS: readonly Fault[] = [
  {
    name: 'kill -9 a gateway',
    pauseMsMax: 3_000,
    async happen(context) {
      const owner = await context.cluster.sequencerOf(context.channelId);
      await killAndReturn(context, pickOne(otherThan(context.cluster, owner), context.random));
    },
  },
  {
    name: 'kill -9 the sequencer of the channel',
    pauseMsMax: 3_000,
    async happen(context) {
      await killAndReturn(context, await context.cluster.sequencerOf(context.channelId));
    },
  },
  {
    name: 'SIGSTOP the sequencer of the channel, then SIGCONT',
    pauseMsMax: null,
    async happen({ cluster, channelId, pauseMs }) {
      const { process } = cluster.node(await cluster.sequencerOf(channelId));
      process.kill('SIGSTOP');
      try {
        await delay(pauseMs);
      } finally {
        process.kill('SIGCONT');
      }
    },
  },
  {
    name: 'restart Redis, empty',
    pauseMsMax: null,
    async happen({ services }) {
      const redis = services.server('redis');
      await redis.kill();
      await delay(1_000);
      await redis.start();
    },
  },
  {
    name: 'kill -9 one of three Cassandra nodes, bring it back',
    pauseMsMax: null,
    async happen({ services, random, flows }) {
      const nodes = services.servers.filter(({ kind }) => kind === 'cassandra');
      // Not the first: it is the seed that a returning node asks.
      const cassandra = pickOne(nodes.slice(1), random);
      await cassandra.kill();
      await flows();
      await cassandra.start();
    },
  },
  {
    name: 'restart Kafka',
    pauseMsMax: null,
    happen: ({ services }) => services.server('kafka').restart(),
  },
  {
    name: 'restart ZooKeeper',
    pauseMsMax: null,
    happen: ({ services }) => services.server('zookeeper').restart(),
  },
];

/** Each in turn, in one conversation. */
export const ALL_IN_TURN: Fault = {
  name: 'all of them, one after another',
  pauseMsMax: null,
  async happen(context) {
    for (const fault of FAULTS) {
      await fault.happen(context);
      await context.flows();
    }
  },
};
