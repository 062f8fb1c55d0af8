import { join } from 'node:path';
import type { Config } from './config/config.ts';
import { LIMITS } from './config/limits.ts';
import type { ChannelId } from './domain/identifier.ts';

import { createChat } from './gateway/chat.ts';
import { Gateway } from './gateway/gateway.ts';
import { createGraphiql } from './gateway/graphiql.ts';
import { Registration } from './gateway/registration.ts';
import { createEngine } from './graphql/engine.ts';
import { openEmbedded } from './profiles/embedded.ts';
import type { Profile } from './profiles/profile.ts';
import { Sequencer } from './sequencer/sequencer.ts';
import { Submissions } from './sequencer/submissions.ts';
import { createServices } from './services/create-services.ts';
import { Hub } from './stream/hub.ts';
import { createFailureLog } from './telemetry/failure-log.ts';
import type { Logger } from './telemetry/logs.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { timedStorage } from './telemetry/timed-storage.ts';
import { NO_TRACER, type Tracer } from './telemetry/tracer.ts';

export interface App extends AsyncDisposable {
  readonly port: number;
  /** Takes nothing new and finishes what was accepted; then everything is closed. Safe to call twice. */
  drain(): Promise<void>;
}

const PAGES_DIRECTORY = join(import.meta.dirname, '../dist');

/** Joins the parts of a node and starts it. Resolves when it takes requests. `gone` is called where only another process helps. */
export async function startApp(config: Config, logger: Logger, gone: (error: Error) => void): Promise<App> {
  const limits = config.rateLimits ? LIMITS : { ...LIMITS, framesPerSecond: Number.POSITIVE_INFINITY };
  const failed = createFailureLog({ logger, ...limits });
  const closing: (() => void | Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    const failures: unknown[] = [];
    // A part that can't end in order must not keep the others open, and the process with them.
    for (let end = closing.pop(); end !== undefined; end = closing.pop()) {
      await Promise.resolve(end()).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Some parts of the node did not end in order.');
  };
  try {
    const profile = await openProfile(config, logger, { failed, gone });
    closing.push(async () => await profile[Symbol.asyncDispose]());
    const { log, pubsub, presence, discovery, isWritable } = profile;
    const metrics = createMetrics();
    const tracer = await openTracer(config);
    closing.push(() => tracer.close());
    const storage = timedStorage(profile.storage, metrics.storeCall);

    let busReconnects = 0;
    pubsub.onReconnect(() => {
      busReconnects += 1;
    });
    const partitionOf = (id: ChannelId): number => log.partitionOf(id);
    const hub = new Hub({ pubsub, storage, tracer, limits, partitionOf, onError: failed });
    const recovered = (what: string): void => logger.info(what);
    const sequencer = new Sequencer({ log, storage, pubsub, tracer, failed, recovered, limits });
    const submissions = new Submissions({ node: config.node.name, log, storage, pubsub, failed, limits });
    closing.push(
      () => hub.close(),
      () => sequencer.close(),
      () => submissions.close(),
    );
    await submissions.start();
    if (config.node.roles.includes('sequencer')) await sequencer.start();

    const services = await createServices({
      ...{ storage, log, pubsub, presence, discovery, hub, submissions, limits, failed, tracer },
      answered: metrics.answered,
      node: config.node.name,
      region: config.node.region,
      presenceTtlMs: config.presence.ttlMs,
      rateLimits: config.rateLimits,
      importToken: config.importToken,
    });
    closing.push(() => services.presence.close());

    const engine = createEngine({ limits, logger });
    const pages = [
      createGraphiql({ directory: join(PAGES_DIRECTORY, 'graphiql') }),
      createChat({ directory: join(PAGES_DIRECTORY, 'chat'), ...config.server }),
    ];
    const { roles } = config.node;
    const gateway = new Gateway({
      roles,
      server: config.server,
      engine,
      services,
      hub,
      pages,
      metrics,
      isWritable,
      limits,
      logger,
    });
    const { name: node, region, publicUrl } = config.node;
    const { connectionsMax } = config.server;
    const registration = new Registration({
      ...{ discovery, failed, connections: () => gateway.connections },
      gateway: { node, region, publicUrl, connectionsMax },
    });
    closing.push(() => gateway.drain(() => registration.drain()));
    metrics.watch({
      connections: () => gateway.tcpConnections,
      sockets: () => gateway.sockets,
      streams: () => gateway.connections - gateway.sockets,
      delivered: () => hub.counts.delivered,
      queueBytes: () => hub.queueBytes,
      slowReaders: () => hub.counts.slowReaders,
      gapsFilled: () => hub.counts.gapsFilled,
      hubTopics: () => hub.feeds + hub.users,
      busReconnects: () => busReconnects,
      usersKept: () => services.presence.kept,
      commandsPending: () => submissions.pending,
      stoppedChannels: () => sequencer.stoppedChannels,
      logLag: () => sequencer.lag().catch(() => null),
    });
    await sequencer.replayed();
    const port = await gateway.listen();
    if (roles.includes('gateway')) await registration.start();
    return { port, drain: close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Faults {
  readonly failed: (error: unknown) => void;
  readonly gone: (error: Error) => void;
}

/** A profile's vendor packages are loaded only where it is chosen. */
async function openProfile(config: Config, logger: Logger, { failed, gone }: Faults): Promise<Profile> {
  const { cluster } = config;
  if (cluster === null) return await openEmbedded(config, failed, gone);
  const { openCluster } = await import('./profiles/cluster.ts');
  return await openCluster({ config, cluster, limits: LIMITS, failed, warn: (message) => logger.warn(message) });
}

async function openTracer({ traces, node }: Config): Promise<Tracer> {
  if (traces.url === null) return NO_TRACER;
  const { createTracer } = await import('./telemetry/traces.ts');
  return createTracer({ url: traces.url, share: traces.share, node: node.name, region: node.region });
}
