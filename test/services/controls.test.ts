import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Address, answers } from '../../scripts/services/exchange.ts';
import type { Services } from '../../scripts/services/services.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';

let services: Services;
const deaths: string[] = [];

beforeAll(async () => {
  services = await startServices({
    only: ['zookeeper', 'redis'],
    redisServers: 2,
    onDeath: (server) => deaths.push(server.name),
  });
}, SERVICES_TIMEOUT_MS);

afterAll(async () => {
  await services[Symbol.asyncDispose]();
  expect(existsSync(services.dataDirectory)).toBe(false);
});

const isThere = (address: Address) =>
  answers(address, { request: 'PING\r\n', isAnswer: (reply) => reply.toString() === '+PONG\r\n' });

it('gives the addresses of what it started, and of nothing else', () => {
  const [first, second] = [services.server('redis').address, services.server('redis-2').address];
  expect(services.variables).toEqual({
    REDIS_URLS: `redis://127.0.0.1:${first.port},redis://127.0.0.1:${second.port}`,
    ZOOKEEPER: `127.0.0.1:${services.server('zookeeper').address.port}`,
  });
});

it('kills and restarts a server at the same port, and reports no death of it', async () => {
  const redis = services.server('redis');
  const { address, processId } = redis;
  await redis.kill();
  expect(redis.state).toBe('down');
  expect(await isThere(address)).toBe(false);
  await redis.restart();
  expect(redis.address).toEqual(address);
  expect(redis.processId).not.toBe(processId);
  expect(await isThere(address)).toBe(true);
  expect(deaths).not.toContain('redis');
});

it('pauses a server, which takes connections and answers nothing, and lets it go on', async () => {
  const redis = services.server('redis');
  await redis.pause();
  expect(await isThere(redis.address)).toBe(false);
  await redis.resume();
  expect(await isThere(redis.address)).toBe(true);
});

it('stops a paused server', async () => {
  const zookeeper = services.server('zookeeper');
  await zookeeper.pause();
  await zookeeper.stop();
  expect(zookeeper.state).toBe('down');
  await zookeeper.start();
  expect(zookeeper.state).toBe('running');
});

it('reports a server that dies, and the others go on', async () => {
  const dead = services.server('redis-2');
  if (dead.processId !== undefined) process.kill(dead.processId, 'SIGKILL');
  await expect.poll(() => deaths).toEqual(['redis-2']);
  expect(dead.state).toBe('down');
  expect(await isThere(services.server('redis').address)).toBe(true);
});

it('refuses what makes no sense in the state of a server', async () => {
  await expect(services.server('redis').resume()).rejects.toThrow('redis is running.');
  await expect(services.server('redis').start()).rejects.toThrow('redis is running.');
  expect(() => services.server('redis-3')).toThrow('There is no redis-3');
});
