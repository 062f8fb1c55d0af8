import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newCommandId } from '../../src/domain/identifier.ts';
import type { CassandraOptions } from '../../src/storage/cassandra/options.ts';
import { newKeyspace } from '../support/cassandra.ts';
import { type Certificate, newCertificate, noOpenssl } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';

let keyspace: Awaited<ReturnType<typeof newKeyspace>>;
beforeAll(async () => {
  keyspace = await newKeyspace();
}, SERVICES_TIMEOUT_MS);
afterAll(() => keyspace.drop(), SERVICES_TIMEOUT_MS);

describe('a node that can not use its Cassandra', () => {
  /** One line. */
  async function reasonFor(wrong: Partial<CassandraOptions>): Promise<string> {
    const failure: unknown = await keyspace.open(wrong).then(
      () => new Error('It opened.'),
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'CassandraError', message: expect.stringMatching(/^[^\n]+$/) });
    return failure instanceof Error ? failure.message : '';
  }

  it('is told which data centres there are', async () => {
    expect(await reasonFor({ localDataCenter: 'dc9' })).toMatch(
      /^CASSANDRA_DATACENTER: .* has no data centre 'dc9', but dc1\.$/,
    );
  });

  it('is told that there is no host of that name', async () => {
    expect(await reasonFor({ contactPoints: ['nowhere.invalid:9042'] })).toMatch(
      /^CASSANDRA_CONTACT_POINTS: no host of that name: nowhere\.invalid:9042\.$/,
    );
  });

  it('is told that nothing answers there', async () => {
    const port = await freePort();
    expect(await reasonFor({ contactPoints: [`127.0.0.1:${port}`] })).toMatch(
      /^CASSANDRA_CONTACT_POINTS: Cassandra at 127\.0\.0\.1:\d+ .*ECONNREFUSED/,
    );
  });

  it('is told that nodes must share a port, and that at least one is needed', async () => {
    expect(await reasonFor({ contactPoints: ['127.0.0.1:9042', '127.0.0.2:9043'] })).toContain(
      'must have the same port',
    );
    expect(await reasonFor({ contactPoints: [] })).toContain('no address is given');
  });

  it('is told of more copies than there are nodes', async () => {
    expect(await reasonFor({ replication: 3 })).toMatch(
      /^Keyspace test_\w+ has 3 copies in data centre dc1, which has 1 node: 2 are needed\.$/,
    );
    expect(await reasonFor({ replication: { elsewhere: 1 }, keyspace: `${keyspace.options.keyspace}x` })).toMatch(
      /has no copy in data centre dc1/,
    );
  });

  it.each([0, 1.5, Number.NaN, {}, { dc1: 0 }, { "dc1'; DROP": 1 }])(
    'is told what a replication is, not %j',
    async (replication) => {
      expect(await reasonFor({ replication })).toContain('A replication is copies by data centre');
    },
  );

  it.each(['Parley', '1st', 'a b', 'x'.repeat(49), 'a;drop'])(
    'is told what a keyspace is called, not %s',
    async (name) => {
      expect(await reasonFor({ keyspace: name })).toContain('needs another name');
    },
  );

  describe('that does not speak', () => {
    let silent: Server;
    beforeAll(async () => {
      silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });
    afterAll(() => {
      silent.close();
    });

    it('is told so within a bounded time', async () => {
      const { port } = silent.address() as AddressInfo;
      const startedAt = performance.now();
      expect(await reasonFor({ contactPoints: [`127.0.0.1:${port}`] })).toMatch(
        /127\.0\.0\.1:\d+ .*(no answer|timed out|Timeout)/i,
      );
      expect(performance.now() - startedAt).toBeLessThan(LIMITS.cassandra.connectMs + 10_000);
    }, 60_000);
  });
});

describe('a node that encrypts', () => {
  // Certificates are made with it; `noOpenssl` is the reason that the report gives.
  beforeEach((context) => context.skip(noOpenssl !== null, noOpenssl ?? undefined));
  let certificate: Certificate;
  let proxy: TlsServer;
  let tls: { readonly ca: string };
  const said: string[] = [];

  /** Ends encryption in front of the real server, since that speaks without. */
  beforeAll(async () => {
    if (noOpenssl !== null) return;
    certificate = await newCertificate();
    tls = { ca: certificate.ca };
    const [host, port] = (keyspace.options.contactPoints[0] ?? '').split(':');
    proxy = createTlsServer({ key: await readFile(certificate.keyFile), cert: tls.ca }, (socket) => {
      const server = connect(Number(port), host);
      socket.pipe(server).pipe(socket);
      socket.on('error', () => server.destroy());
      server.on('error', () => socket.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterAll(async () => {
    if (noOpenssl !== null) return;
    proxy.close();
    await certificate[Symbol.asyncDispose]();
  });

  const contactPoints = () => [`127.0.0.1:${(proxy.address() as AddressInfo).port}`];

  it('works over connections whose certificate it can check', async () => {
    const storage = await keyspace.open({ contactPoints: contactPoints(), tls, say: (line) => said.push(line) });
    const commandId = newCommandId();
    await storage.outcomes.put(commandId, { accepted: true, message: null });
    expect((await storage.outcomes.find([commandId])).size).toBe(1);
    await storage.close();
    expect(said).toContain(`made keyspace ${keyspace.options.keyspace} with 1 in dc1`);
    expect(said.join('\n')).toContain('is not kept three times in dc1: no Cassandra node may fail');
  });

  it('refuses a certificate that it can not check', async () => {
    await expect(keyspace.open({ contactPoints: contactPoints(), tls: {} })).rejects.toMatchObject({
      name: 'CassandraError',
      message: expect.stringMatching(/127\.0\.0\.1:\d+ .*self-signed certificate/),
    });
  });
});
