import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultCacheDirectory } from '../../scripts/services/cache.ts';
import { containerEngineAnswers, containerOrigin } from '../../scripts/services/container.ts';
import { KAFKA, planKafka } from '../../scripts/services/kafka.ts';
import { Leash } from '../../scripts/services/leash.ts';
import { packageOrigin } from '../../scripts/services/packages.ts';
import type { Plan } from '../../scripts/services/plan.ts';
import { Ports } from '../../scripts/services/ports.ts';
import { Report } from '../../scripts/services/report.ts';
import { Server } from '../../scripts/services/server.ts';
import type { Command } from '../../src/domain/command.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { LogReader } from '../conformance/log-reader.ts';
import { create } from '../sequencer/commands.ts';
import { type Certificate, newCertificate, noOpenssl } from '../support/certificate.ts';
import { openKafkaLog } from '../support/kafka.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';
import { until } from '../support/until.ts';

const USER = { username: 'parley', password: 'a-secret' };
const MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** The shared broker's plan, with TLS and a name and password asked of everybody. */
function secured(plan: Plan, keystore: string, { certFile }: Certificate): Plan {
  const { username, password } = USER;
  const module = (name: string): string => `org.apache.kafka.common.security.${name} required`;
  const open = plan.files['kafka.properties'] ?? '';
  const lines = [
    open.replaceAll('PLAINTEXT://', 'SASL_SSL://').replace('PLAINTEXT:PLAINTEXT', 'SASL_SSL:SASL_SSL'),
    'inter.broker.listener.name=SASL_SSL',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    'sasl.mechanism.inter.broker.protocol=PLAIN',
    `listener.name.sasl_ssl.plain.sasl.jaas.config=${module('plain.PlainLoginModule')} \\`,
    `  username="${username}" password="${password}" user_${username}="${password}";`,
    ...['256', '512'].map(
      (bits) => `listener.name.sasl_ssl.scram-sha-${bits}.sasl.jaas.config=${module('scram.ScramLoginModule')};`,
    ),
    ...['ssl.keystore.type=PEM', `ssl.keystore.location=${keystore}`],
    ...['ssl.truststore.type=PEM', `ssl.truststore.location=${certFile}`],
  ];
  const { format } = plan;
  if (format === undefined) throw new Error('Kafka has to be formatted.');
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => [
    '--add-scram',
    `${mechanism}=[name=${username},password=${password}]`,
  ]);
  const program = { ...format.program, words: [...format.program.words, ...scram] };
  return { ...plan, files: { 'kafka.properties': lines.join('\n') }, format: { ...format, program } };
}

describe('brokers that encrypt and ask for a name and a password', () => {
  let directory: string;
  let certificate: Certificate;
  let brokers: readonly string[];
  const ending = new AsyncDisposableStack();

  // Certificates are made with it; `noOpenssl` is the reason that the report gives.
  beforeEach((context) => context.skip(noOpenssl !== null, noOpenssl ?? undefined));
  beforeAll(async () => {
    if (noOpenssl !== null) return;
    directory = await mkdtemp(join(tmpdir(), 'parley-kafka-'));
    ending.defer(() => rm(directory, { recursive: true, force: true }));
    certificate = ending.use(await newCertificate());
    const keystore = join(directory, 'keystore.pem');
    await writeFile(keystore, (await readFile(certificate.keyFile, 'utf8')) + certificate.ca);
    const { signal } = new AbortController();
    const source = (await containerEngineAnswers(signal)) ? containerOrigin : packageOrigin;
    const report = new Report(() => {});
    const origin = await source(KAFKA, { cacheDirectory: defaultCacheDirectory(), report, signal });
    const ports = ending.use(new Ports('free'));
    const [open] = await planKafka({ origin, ports, directory, count: 1 });
    if (open === undefined) throw new Error('Nothing is planned.');
    const plan = secured(open, keystore, certificate);
    brokers = [`${plan.address.host}:${plan.address.port}`];
    const isReady = () =>
      tryToOpen().then(
        () => true,
        () => false,
      );
    const leash = ending.use(new Leash());
    const server = new Server({ plan: { ...plan, isReady }, leash, runName: 'parley-secure', onDeath: () => {} });
    ending.defer(() => server.kill());
    await server.start();
  }, SERVICES_TIMEOUT_MS);
  afterAll(() => ending.disposeAsync(), SERVICES_TIMEOUT_MS);

  async function tryToOpen(overrides: Parameters<typeof openKafkaLog>[1] = {}): Promise<void> {
    const { log } = await open(overrides);
    await log.close();
  }
  const open = (overrides: Parameters<typeof openKafkaLog>[1] = {}) =>
    openKafkaLog(brokers, {
      ...{ tls: { ca: certificate.ca }, credentials: { ...USER, mechanism: 'plain' }, partitions: 1 },
      ...overrides,
    });

  it.each(MECHANISMS)('take commands from who proves to be somebody by %s, and give them back', async (mechanism) => {
    const { log } = await open({ credentials: { ...USER, mechanism } });
    const command: Command = create(newGroupId(), [newUserId()], 'PERSIST_FIRST');
    await log.append(command);
    const reader = new LogReader().read(log);
    await until('the command', () => reader.records.some((record) => record.command.id === command.id), 30_000);
    reader.stop();
    await log.close();
  });

  it.each(MECHANISMS)('refuse a wrong password by %s, which the start tells in one line', async (mechanism) => {
    const credentials = { ...USER, password: 'another', mechanism };
    await expect(tryToOpen({ credentials })).rejects.toThrow(
      /^KAFKA_USERNAME, KAFKA_PASSWORD, KAFKA_SASL: Kafka at [\d.:]+ refuses parley: [^\n]+$/,
    );
  });

  it('are not trusted by who can not check their certificate', async () => {
    await expect(tryToOpen({ tls: { ca: null } })).rejects.toThrow(
      /^KAFKA_BROKERS: Kafka at [\d.:]+ can't be reached: [^\n]*self-signed certificate/,
    );
  });
});
