import { join } from 'node:path';
import { answers } from './exchange.ts';
import type { Distribution, Program } from './origin.ts';
import { LOOPBACK, numberedNames, type Plan, type PlanOptions } from './plan.ts';
import { fillTemplate } from './template.ts';

export const CASSANDRA: Distribution = {
  kind: 'cassandra',
  version: '5.0.6',
  image: 'cassandra:5.0.6',
  imageLibraryDirectory: '/opt/cassandra/lib',
  artifacts: [{ group: 'org.apache.cassandra', name: 'cassandra-all', version: '5.0.6' }],
};

export const DATA_CENTRE = 'dc1';

const NATIVE_PORT = 9_042;
const STORAGE_PORT = 7_000;

/** An OPTIONS frame of the fourth protocol version, which a node answers with SUPPORTED (6) once it takes clients. */
const OPTIONS_FRAME = Buffer.from([4, 0, 0, 0, 5, 0, 0, 0, 0]);
const SUPPORTED = 6;

/** A lone node keeps an acknowledged row through a kill only when it was synced first; of three, the other two have it. */
const COMMIT_LOG_ALONE = 'commitlog_sync: batch';
const COMMIT_LOG_OF_SEVERAL = 'commitlog_sync: periodic\ncommitlog_sync_period: 10000ms';

const START_OPTIONS = [
  '-Dcassandra-foreground=yes',
  // Below two seconds a joining node gives up on its seed.
  '-Dcassandra.ring_delay_ms=2000',
  '-Dcassandra.skip_wait_for_gossip_to_settle=0',
  '-Dcassandra.superuser_setup_delay_ms=0',
  '-Dcassandra.consistent.rangemovement=false',
];

/** Nodes on 127.0.0.1, 127.0.0.2, …, the first of them the seed. They have to start one after another. */
export async function planCassandra({ origin, ports, directory, count }: PlanOptions): Promise<Plan[]> {
  const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`);
  const nativePort = await ports.take(NATIVE_PORT, hosts);
  const storagePort = await ports.take(STORAGE_PORT, hosts);
  const commitLog = count === 1 ? COMMIT_LOG_ALONE : COMMIT_LOG_OF_SEVERAL;
  const javaOptions = (await fillTemplate('cassandra.java-options')).split('\n').filter((line) => line !== '');
  const plans = numberedNames('cassandra', count).map(async (name, index): Promise<Plan> => {
    const host = hosts[index] ?? LOOPBACK;
    const own = join(directory, name);
    const values = { commitLog, directory: own, host, nativePort, storagePort, seed: `${LOOPBACK}:${storagePort}` };
    const address = { host, port: nativePort };
    return {
      name,
      kind: 'cassandra',
      origin,
      address,
      directory: own,
      files: {
        'cassandra.yaml': await fillTemplate('cassandra.yaml', values),
        'cassandra-rackdc.properties': await fillTemplate('cassandra-rackdc.properties', { dataCentre: DATA_CENTRE }),
        'logback.xml': await fillTemplate('logback.xml'),
      },
      program: daemon(origin.libraryDirectory, own, javaOptions),
      readyMsMax: 180_000,
      isReady: () => answers(address, { request: OPTIONS_FRAME, isAnswer: (reply) => reply[4] === SUPPORTED }),
    };
  });
  return await Promise.all(plans);
}

function daemon(libraryDirectory: string, directory: string, javaOptions: readonly string[]): Program {
  const words = [
    ...javaOptions,
    `-javaagent:${libraryDirectory}/jamm-0.4.0.jar`,
    `-Dcassandra.storagedir=${directory}`,
    `-Dcassandra.config=file://${directory}/conf/cassandra.yaml`,
    ...START_OPTIONS,
    '-cp',
    `${directory}/conf:${libraryDirectory}/*`,
    'org.apache.cassandra.service.CassandraDaemon',
  ];
  return { name: 'java', words };
}
