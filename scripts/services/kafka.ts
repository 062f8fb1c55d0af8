import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { answers } from './exchange.ts';
import type { Distribution, Program } from './origin.ts';
import { LOOPBACK, numberedNames, type Plan, type PlanOptions } from './plan.ts';
import { fillTemplate } from './template.ts';

const VERSION = '4.1.1';

export const KAFKA: Distribution = {
  kind: 'kafka',
  version: VERSION,
  image: `apache/kafka:${VERSION}`,
  imageLibraryDirectory: '/opt/kafka/libs',
  artifacts: [
    { group: 'org.apache.kafka', name: 'kafka_2.13', version: VERSION },
    // Without it the broker runs, and says nothing.
    { group: 'org.apache.logging.log4j', name: 'log4j-slf4j-impl', version: '2.24.3' },
  ],
};

const BROKER_PORT = 9_092;
const CONTROLLER_PORT = 9_093;

const CORRELATION_ID = 7;

/** ApiVersions (18), version 0, no client id: answered only once the broker takes requests. */
const API_VERSIONS = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, CORRELATION_ID, 0xff, 0xff]);

/** One process a broker; the first is the controller too. */
export async function planKafka({ origin, ports, directory, count }: PlanOptions): Promise<Plan[]> {
  const clusterId = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const controllerPort = await ports.take(CONTROLLER_PORT, [LOOPBACK]);
  const plans: Plan[] = [];
  for (const [index, name] of numberedNames('kafka', count).entries()) {
    const address = { host: LOOPBACK, port: await ports.take(BROKER_PORT, [LOOPBACK]) };
    const own = join(directory, name);
    plans.push(await planBroker({ origin, address, name, directory: own, clusterId, controllerPort, index }));
  }
  return plans;
}

interface BrokerOptions extends Pick<Plan, 'origin' | 'address' | 'name' | 'directory'> {
  readonly clusterId: string;
  readonly controllerPort: number;
  readonly index: number;
}

async function planBroker(options: BrokerOptions): Promise<Plan> {
  const { origin, address, name, directory, clusterId, controllerPort, index } = options;
  const { host, port } = address;
  const configuration = join(directory, 'conf/kafka.properties');
  const isController = index === 0;
  const listener = `PLAINTEXT://${host}:${port}`;
  const settings = {
    ...{ ...address, controllerPort, directory, node: index + 1 },
    roles: isController ? 'broker,controller' : 'broker',
    listeners: isController ? `${listener},CONTROLLER://${host}:${controllerPort}` : listener,
  };
  const java = (...words: string[]): Program => ({
    name: 'java',
    words: [
      '-Xmx384m',
      '-XX:+ExitOnOutOfMemoryError',
      '-Dorg.apache.logging.log4j.level=INFO',
      '-cp',
      `${origin.libraryDirectory}/*`,
      ...words,
    ],
  });
  return {
    ...{ name, kind: 'kafka', origin, address, directory },
    files: { 'kafka.properties': await fillTemplate('kafka.properties', settings) },
    format: {
      program: java('kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', configuration),
      makes: 'data/meta.properties',
    },
    program: java('kafka.Kafka', configuration),
    readyMsMax: 120_000,
    isReady: () =>
      answers(address, {
        request: API_VERSIONS,
        isAnswer: (reply) =>
          reply.length >= 10 && reply.readInt32BE(4) === CORRELATION_ID && reply.readInt16BE(8) === 0,
      }),
  };
}
