import { join } from 'node:path';
import { answers } from './exchange.ts';
import type { Distribution } from './origin.ts';
import { LOOPBACK, type Plan, type PlanOptions } from './plan.ts';
import { fillTemplate } from './template.ts';

const VERSION = '3.9.4';

export const ZOOKEEPER: Distribution = {
  kind: 'zookeeper',
  version: VERSION,
  image: `zookeeper:${VERSION}`,
  imageLibraryDirectory: `/apache-zookeeper-${VERSION}-bin/lib`,
  artifacts: [
    { group: 'org.apache.zookeeper', name: 'zookeeper', version: VERSION },
    { group: 'org.xerial.snappy', name: 'snappy-java', version: '1.1.10.5' },
    { group: 'io.dropwizard.metrics', name: 'metrics-core', version: '4.1.12.1' },
    // Without it the server runs, and says nothing.
    { group: 'ch.qos.logback', name: 'logback-classic', version: '1.3.15' },
  ],
};

const CLIENT_PORT = 2_181;

export async function planZookeeper({ origin, ports, directory }: PlanOptions): Promise<Plan[]> {
  const address = { host: LOOPBACK, port: await ports.take(CLIENT_PORT, [LOOPBACK]) };
  const own = join(directory, 'zookeeper');
  return [
    {
      name: 'zookeeper',
      kind: 'zookeeper',
      origin,
      address,
      directory: own,
      files: {
        'zoo.cfg': await fillTemplate('zoo.cfg', { ...address, directory: own }),
        'logback.xml': await fillTemplate('logback.xml'),
      },
      program: {
        name: 'java',
        words: [
          '-Xmx128m',
          '-XX:+UseSerialGC',
          '-XX:+ExitOnOutOfMemoryError',
          '-cp',
          `${own}/conf:${origin.libraryDirectory}/*`,
          'org.apache.zookeeper.server.quorum.QuorumPeerMain',
          join(own, 'conf/zoo.cfg'),
        ],
      },
      readyMsMax: 60_000,
      isReady: () => answers(address, { request: 'srvr', isAnswer: (reply) => reply.includes('Mode: standalone') }),
    },
  ];
}
