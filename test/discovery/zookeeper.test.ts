import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createClient } from 'node-zookeeper-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '../../scripts/services/server.ts';
import type { Services } from '../../scripts/services/services.ts';
import type { Discovery, Gateway } from '../../src/discovery/discovery.ts';
import { createZooKeeperDiscovery } from '../../src/discovery/zookeeper/zookeeper.ts';
import { gatewayOf } from '../conformance/discovery.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const REGISTRANT = join(import.meta.dirname, 'registrant.ts');
const SESSION_MS = 2_000;
/** Servers look for expired sessions once a tick, and this machine may be busy. */
const GONE_MS_MAX = 20_000;

describe('discovery on a ZooKeeper that gets hurt', { timeout: 90_000 }, () => {
  let services: Services;
  let server: Server;
  let address: string;
  let path: string;
  let open: Discovery[];
  let children: ChildProcess[];
  let errors: unknown[];

  beforeAll(async () => {
    services = await startServices({ only: ['zookeeper'] });
    server = services.server('zookeeper');
    address = `${server.address.host}:${server.address.port}`;
  }, SERVICES_TIMEOUT_MS);
  afterAll(() => services[Symbol.asyncDispose]());
  beforeEach(() => {
    path = `/${randomUUID()}`;
    open = [];
    children = [];
    errors = [];
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(open.map((discovery) => discovery.close()));
    if (server.state === 'paused') await server.resume();
    if (server.state === 'down') await server.start();
  });

  function discover(waitMs = 10_000): Discovery {
    const failed = (error: unknown): void => void errors.push(error);
    const discovery = createZooKeeperDiscovery({ address, path, sessionMs: SESSION_MS, waitMs, failed });
    open.push(discovery);
    return discovery;
  }

  async function registrant(gateway: Gateway): Promise<ChildProcess> {
    const words = [REGISTRANT, address, path, String(SESSION_MS), JSON.stringify(gateway)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  const picks = (discovery: Discovery, node: string | null) =>
    until(`${node} to be picked`, async () => ((await discovery.pick('here'))?.node ?? null) === node, GONE_MS_MAX);

  /** The sessions that what is registered goes with. */
  async function owners(): Promise<readonly string[]> {
    const client = createClient(address);
    client.connect();
    try {
      const names = await new Promise<readonly string[]>((resolve, reject) =>
        client.getChildren(path, (error, children) => (error === null ? resolve(children) : reject(error))),
      );
      const stats = names.map(
        (name) =>
          new Promise<string>((resolve) =>
            client.exists(`${path}/${name}`, (_error, stat) => resolve(stat?.ephemeralOwner.toString('hex') ?? '')),
          ),
      );
      return await Promise.all(stats);
    } finally {
      client.close();
    }
  }

  it('forgets a gateway that died without a word, after its session and not at once', async () => {
    const discovery = discover();
    const child = await registrant(gatewayOf('one'));
    await picks(discovery, 'one');
    const killedAt = performance.now();
    child.kill('SIGKILL');
    await picks(discovery, null);
    expect(performance.now() - killedAt).toBeGreaterThan(SESSION_MS / 3);
  });

  it('forgets one that left in an orderly way at once', async () => {
    const discovery = discover();
    const child = await registrant(gatewayOf('one'));
    await picks(discovery, 'one');
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await until('it to be gone', async () => (await discovery.pick('here')) === null, 1_500);
  });

  it('goes by the newer one where a node comes back under its name before its last session has ended', async () => {
    const discovery = discover();
    const first = await registrant(gatewayOf('one', { connectionsMax: 10 }));
    await picks(discovery, 'one');
    first.kill('SIGKILL');
    await registrant(gatewayOf('one', { connectionsMax: 20 }));
    await until('the newer one', async () => (await discovery.pick('here'))?.connectionsMax === 20, 1_500);
    // The older session ends meanwhile, and takes nothing of the newer one with it.
    const end = performance.now() + 2 * SESSION_MS;
    while (performance.now() < end) {
      expect((await discovery.pick('here'))?.connectionsMax).toBe(20);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('forgets one whose process is held still, and has it back when it goes on', async () => {
    const discovery = discover();
    const child = await registrant(gatewayOf('one'));
    await picks(discovery, 'one');
    child.kill('SIGSTOP');
    await picks(discovery, null);
    child.kill('SIGCONT');
    await picks(discovery, 'one');
  });

  it('serves the last list that was known while ZooKeeper is away, and registers anew when it is back', async () => {
    const discovery = discover();
    const own = discover(100);
    await own.register(gatewayOf('own', { connections: 1 }));
    await registrant(gatewayOf('other', { region: 'there' }));
    await until('each to know the other', async () => (await own.pick('there'))?.node === 'other');
    await picks(discovery, 'own');
    await server.kill();
    await until('the loss to be told', () => errors.length > 0, GONE_MS_MAX);
    // What is registered now is known here at once, and to the others when it can be.
    await own.register(gatewayOf('own', { connections: 90 }));
    expect((await own.pick('here'))?.connections).toBe(90);
    expect((await own.pick('there'))?.node).toBe('other');
    expect((await discovery.pick('here'))?.connections).toBe(1);
    await server.start();
    const fresh = discover();
    for (const one of [discovery, fresh]) {
      await until('the news', async () => (await one.pick('here'))?.connections === 90, GONE_MS_MAX);
      await until('the other', async () => (await one.pick('there'))?.node === 'other', GONE_MS_MAX);
    }
    await own.register(gatewayOf('own', { connections: 2 }));
    await until('the next news', async () => (await discovery.pick('here'))?.connections === 2, GONE_MS_MAX);
  });

  // The new session wrote into the node that the last one had left, and lost it when that one's time was up: nobody was sent there any more.
  it('stays known where its last session ends after the next has begun', async () => {
    const discovery = discover();
    await discovery.register(gatewayOf('one'));
    const first = await owners();
    expect(first).toHaveLength(1);
    await server.kill();
    await until('the loss to be told', () => errors.length > 0, GONE_MS_MAX);
    // It gives the sessions that it remembers their whole time again.
    await server.start();
    const isOfAnother = async () => {
      const now = await owners();
      return now.length === 1 && now[0] !== first[0];
    };
    await until('the node to be of the new session', isOfAnother, GONE_MS_MAX);
    await picks(discover(), 'one');
  });

  it('keeps its session through a short restart', async () => {
    const discovery = discover();
    await discovery.register(gatewayOf('one'));
    const fresh = discover();
    await picks(fresh, 'one');
    await server.stop();
    await server.start();
    await discovery.register(gatewayOf('one', { connections: 7 }));
    await until('the news', async () => (await fresh.pick('here'))?.connections === 7, GONE_MS_MAX);
  });

  // The client has no time limit: a frozen server was waited for for ever.
  it('takes a server that is frozen for one that is away', async () => {
    const discovery = discover();
    await discovery.register(gatewayOf('one'));
    await server.pause();
    await until('the loss to be told', () => errors.length > 0, GONE_MS_MAX);
    expect((await discovery.pick('here'))?.node).toBe('one');
    await server.resume();
    await picks(discover(), 'one');
  });

  it('starts without ZooKeeper, and makes itself known when that comes', async () => {
    await server.stop();
    const discovery = discover(300);
    expect(await discovery.pick('here')).toBeNull();
    await discovery.register(gatewayOf('one'));
    expect((await discovery.pick('here'))?.node).toBe('one');
    const watching = discover(300);
    expect(await watching.pick('here')).toBeNull();
    await server.start();
    await picks(watching, 'one');
  });

  it('lets its process end while the server is frozen', async () => {
    const child = await registrant(gatewayOf('one'));
    await server.pause();
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  // The client threw it where nothing could catch it, and the process ended.
  it('outlives an answer that its client can make nothing of', async () => {
    const welcome = Buffer.alloc(40);
    welcome.writeInt32BE(36, 0);
    welcome.writeInt32BE(SESSION_MS, 8);
    welcome.writeInt32BE(16, 20);
    const refusal = Buffer.alloc(20);
    refusal.writeInt32BE(16, 0);
    refusal.writeInt32BE(-118, 16);
    let connections = 0;
    const stranger = createServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write(welcome);
        socket.once('data', () => socket.write(refusal));
      });
    });
    stranger.listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const { port } = stranger.address() as AddressInfo;
    const failed = (error: unknown): void => void errors.push(error);
    const options = { address: `127.0.0.1:${port}`, path, sessionMs: SESSION_MS, waitMs: 100, failed };
    const discovery = createZooKeeperDiscovery(options);
    await until('another try', () => connections > 2);
    expect(errors.map(String).join()).toContain('the client failed');
    expect(await discovery.pick('here')).toBeNull();
    await discovery.close();
    stranger.close();
  });

  it('passes over what no gateway has written', async () => {
    const discovery = discover();
    await discovery.register(gatewayOf('one'));
    const client = createClient(address);
    client.connect();
    await new Promise((resolve) => client.create(`${path}/stranger`, Buffer.from('{"node":7}'), resolve));
    const watching = discover();
    await picks(watching, 'one');
    client.close();
  });
});
