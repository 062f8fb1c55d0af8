import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { createRedisPresence } from '../../src/presence/redis/redis.ts';
import { type ChannelHint, channelTopic } from '../../src/pubsub/topics.ts';
import { reachRedis } from '../../src/redis/reach.ts';
import { type Certificate, newCertificate, noOpenssl } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { testBus } from '../support/redis.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'a secret';
const WAIT_MS = 5_000;
const noRedis =
  spawnSync('redis-server', ['--version']).status === 0 ? null : 'no redis-server: apt-get install redis-server';
const missing = noOpenssl ?? noRedis;

/** The services of the other tests speak without TLS. */
describe('a Redis that encrypts and asks for a password', () => {
  let certificate: Certificate;
  let server: ChildProcess;
  let address: string;
  const url = (password = PASSWORD) => `rediss://:${encodeURIComponent(password)}@${address}`;
  const reach = (one: string) => reachRedis({ urls: [one], tls: { ca: certificate.ca }, waitMs: WAIT_MS });

  beforeEach((context) => context.skip(missing !== null, missing ?? undefined));
  beforeAll(async () => {
    if (missing !== null) return;
    certificate = await newCertificate();
    const port = await freePort();
    address = `127.0.0.1:${port}`;
    const { keyFile, certFile } = certificate;
    const tls = ['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no'];
    const words = ['--port', '0', '--tls-port', String(port), ...tls, '--requirepass', PASSWORD, '--save', ''];
    server = spawn('redis-server', words, { cwd: tmpdir(), stdio: 'ignore' });
    await until('Redis to answer', () =>
      reach(url()).then(
        () => true,
        () => false,
      ),
    );
  });
  afterAll(async () => {
    if (missing !== null) return;
    const exited = once(server, 'exit');
    server.kill();
    await exited;
    await certificate[Symbol.asyncDispose]();
  });

  it('carries hints and presence for who trusts its certificate', async () => {
    const tls = { ca: certificate.ca };
    const bus = testBus([url()]);
    const [one, other] = [bus.open({ tls }), bus.open({ tls })];
    const heads: number[] = [];
    const topic = channelTopic(newGroupId());
    await one.subscribe(topic, (hint: ChannelHint) => hint.kind === 'stored' && heads.push(hint.head));
    expect(await other.publish(topic, { kind: 'stored', head: 7 })).toBe(1);
    await until('the hint', () => heads.length === 1);
    const failed = (error: unknown): void => void bus.errors.push(error);
    const options = {
      urls: [url()],
      tls,
      prefix: 'tls.',
      ttlMs: 5_000,
      node: 'one',
      pubsub: one,
      limits: LIMITS,
      failed,
    };
    const presence = createRedisPresence(options);
    const userId = newUserId();
    await presence.keep([userId]);
    expect([...(await presence.online([userId, newUserId()]))]).toEqual([userId]);
    await presence.close();
    await bus.close();
    expect(bus.errors).toEqual([]);
  });

  it('is not reached by who can not check its certificate, in one line without the password', async () => {
    const reaching = reachRedis({ urls: [url()], tls: null, waitMs: WAIT_MS });
    const expected = `REDIS_URLS: Redis at ${address} can't be reached: self-signed certificate`;
    await expect(reaching).rejects.toMatchObject({ name: 'RedisError', message: expect.stringContaining(expected) });
  });

  it('is not reached with another password, which is told at once', async () => {
    const startedAt = performance.now();
    await expect(reach(url('another'))).rejects.toMatchObject({
      name: 'RedisError',
      message: expect.stringMatching(/^REDIS_URLS: Redis at [\d.:]+ refuses: WRONGPASS .*[^.]\.$/),
    });
    expect(performance.now() - startedAt).toBeLessThan(WAIT_MS);
  });
});
