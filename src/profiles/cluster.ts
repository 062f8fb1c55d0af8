import type { ClusterConfig } from '../config/cluster.ts';
import type { Config } from '../config/config.ts';
import type { Limits } from '../config/limits.ts';
import { reachZooKeeper } from '../discovery/zookeeper/reach.ts';
import { createZooKeeperDiscovery } from '../discovery/zookeeper/zookeeper.ts';
import { createKafkaLog } from '../log/kafka/kafka.ts';
import { createRedisPresence } from '../presence/redis/redis.ts';
import { createRedisPubSub } from '../pubsub/redis/redis.ts';
import { reachRedis } from '../redis/reach.ts';
import { createCassandraStorage } from '../storage/cassandra/storage.ts';
import type { Profile } from './profile.ts';

export interface ClusterOptions {
  readonly config: Config;
  readonly cluster: ClusterConfig;
  readonly limits: Limits;
  /** Told of what fails in the background and is tried again. */
  readonly failed: (error: unknown) => void;
  /** Told of what whoever runs the node should know. */
  readonly warn: (message: string) => void;
}

/**
 * Many nodes on Cassandra, Kafka, Redis and ZooKeeper. Nothing is kept in the node's own directory. A node that runs outlives the
 * loss of any of them; it does not start without one, and says which.
 */
export async function openCluster({ config, cluster, limits, failed, warn }: ClusterOptions): Promise<Profile> {
  const { cassandra, kafka, redis, zookeeper } = cluster;
  const { name: node } = config.node;
  // One name for all that this cluster keeps on servers that others may use too.
  const prefix = `${kafka.prefix}.`;
  const registry = {
    address: zookeeper.addresses,
    credentials: zookeeper.credentials,
    path: `/${kafka.prefix}/gateways`,
  };
  // They answer in no time; the others may migrate and make topics first.
  await Promise.all([
    reachRedis({ ...redis, waitMs: limits.busWaitMs }),
    reachZooKeeper({ ...registry, waitMs: limits.discoveryWaitMs }),
  ]);
  await using opened = new AsyncDisposableStack();
  const storage = await createCassandraStorage({
    contactPoints: cassandra.contactPoints,
    localDataCenter: cassandra.dataCenter,
    keyspace: cassandra.keyspace,
    replication: cassandra.replication,
    ...(cassandra.credentials === null ? {} : { credentials: cassandra.credentials }),
    ...(cassandra.tls === null ? {} : { tls: cassandra.tls.ca === null ? {} : { ca: cassandra.tls.ca } }),
    node,
    failed,
    say: warn,
  });
  opened.defer(() => storage.close());
  const log = await createKafkaLog({ ...kafka, prefix, node, failed, warn, limits });
  opened.defer(() => log.close());
  const pubsub = createRedisPubSub({ ...redis, prefix, failed, limits });
  opened.defer(() => pubsub.close());
  const presence = createRedisPresence({
    ...{ ...redis, prefix, node, pubsub, limits, failed },
    ttlMs: config.presence.ttlMs,
  });
  opened.defer(() => presence.close());
  const discovery = createZooKeeperDiscovery({
    ...registry,
    sessionMs: limits.discoverySessionMs,
    waitMs: limits.discoveryWaitMs,
    failed,
  });
  opened.defer(() => discovery.close());
  const held = opened.move();
  // Another node can't write either while Cassandra or Kafka is away: taking this one out of rotation would help nobody.
  const isWritable = (): boolean => true;
  return { storage, log, pubsub, presence, discovery, isWritable, [Symbol.asyncDispose]: () => held.disposeAsync() };
}
