import { startApp } from './app.ts';
import { createConfig } from './config/config.ts';
import { readEnvironment } from './config/env.ts';
import { ConfigError } from './config/error.ts';
import { createLogger, type Logger } from './telemetry/logs.ts';

const startedAt = performance.now();

// Whoever read them has gone, which is no fault of the node's.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
const MENDED_BY_WHO_STARTS: ReadonlySet<string> = new Set([
  ...['DataDirectoryError', 'CassandraError', 'KafkaError', 'RedisError', 'ZooKeeperError'],
]);

try {
  await main();
} catch (error) {
  process.stderr.write(`${describe(error)}\n`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const config = createConfig(readEnvironment());
  const logger = createLogger({ level: config.logs.level, node: config.node.name });
  const app = await startApp(config, logger, (error) => {
    logger.fatal({ err: error }, 'the node ends: start it again');
    process.stderr.write(`The node ends, start it again: ${error.message}.\n`);
    process.exit(1);
  });
  endOnSignals(app, logger);
  const address = config.node.publicUrl ?? `http://localhost:${app.port}`;
  process.stdout.write(
    [
      `Parley is ready after ${Math.round(performance.now() - startedAt)} ms.`,
      `  chat               ${address}/`,
      `  GraphiQL and API   ${address}/graphql`,
      `  what is where      ${address}/about`,
      config.cluster === null
        ? `  data               ${config.storage.directory}`
        : `  cluster            ${config.node.name}, region ${config.node.region}, ${config.node.roles.join(', ')}`,
      '',
    ].join('\n'),
  );
  logger.info({ port: app.port }, 'ready');
  if (!config.rateLimits) logger.warn('RATE_LIMITS=off: rates are not limited; for load tests only');
}

/** The first signal lets the node finish what it has accepted; a second one does not wait for that. */
function endOnSignals(app: AsyncDisposable & { drain(): Promise<void> }, logger: Logger): void {
  let draining = false;
  const end = (signal: string): void => {
    if (draining) process.exit(1);
    draining = true;
    logger.info({ signal }, 'draining');
    app.drain().then(
      () => {
        process.exitCode = 0;
        logger.info('stopped');
      },
      (error: unknown) => {
        process.exitCode = 1;
        logger.fatal({ err: error }, 'could not stop cleanly');
      },
    );
  };
  process.on('SIGTERM', () => end('SIGTERM'));
  process.on('SIGINT', () => end('SIGINT'));
  const fail = (error: unknown): void => {
    logger.fatal({ err: error }, 'a fault that nothing caught');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
}

/** What whoever starts a node can mend is one line; a fault of ours shows where it is. */
function describe(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') {
    return 'PORT: the port is taken; give another or 0 for any free one.';
  }
  if ('syscall' in error && (error.syscall === 'listen' || error.syscall === 'getaddrinfo')) {
    return `HOST, PORT: the node can't listen there (${error.message}).`;
  }
  if (MENDED_BY_WHO_STARTS.has(error.name)) return error.message;
  return error.stack ?? error.message;
}
