import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../src/client/index.ts';
import { type Session, sessionFrom } from '../../src/client/session.ts';
import { type ClientStorage, memoryStorage } from '../../src/client/storage.ts';
import { accessToken } from '../protocol/access-token.ts';
import { ask } from '../support/graphql.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { PASSWORD, type Person, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';
import { enter, live } from './cast.ts';

const VIEWER = 'query { viewer { id } }';

describe('a session', { timeout: 60_000 }, () => {
  let node: Node;
  let network: Network;

  beforeAll(async () => {
    node = await startNode();
    network = await Network.open(() => Number(new URL(node.url).port));
  });
  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  /** What an earlier run would have left: a session whose access token the server takes for `lifeMs`, and the client for as long as it says. */
  async function left(person: Person, lifeMs: number, clientLifeMs?: number): Promise<ClientStorage> {
    const now = Date.now();
    // A token's times are whole seconds.
    const ends = Math.ceil((now + lifeMs) / 1_000) * 1_000;
    const storage = memoryStorage();
    await storage.set('session', {
      viewer: { id: person.id, handle: person.handle, name: person.handle },
      accessToken: await accessToken(node, person, ends),
      refreshToken: person.refreshToken,
      endpoint: { url: network.url.replace('http', 'ws'), httpUrl: network.url },
      receivedAt: now,
      expiresAt: clientLifeMs === undefined ? ends : now + clientLifeMs,
    } satisfies Session);
    return storage;
  }

  const refreshes = (): number => network.count('ClientRefreshSession');

  it('goes on in the next run', async () => {
    const storage = memoryStorage();
    const first = await enter(network.url, 'ada-1', { storage });
    first.close();
    using again = createClient({ url: network.url, storage });
    expect((await again.ready())?.handle).toBe('ada-1');
    await live(again);
    expect(again.isListed.get()).toBe(true);
  });

  it('is renewed before its token runs out, once for all who need it, and its socket stays', async () => {
    const person = await signUp(node.url, 'ada-2');
    const [before, upgrades] = [refreshes(), network.upgrades];
    const expired = Date.now() + 7_000;
    using client = createClient({ url: network.url, storage: await left(person, 6_000) });
    await live(client);
    await until('the renewal', () => refreshes() > before);
    expect(Date.now()).toBeLessThan(expired);
    await until('the old token to have run out', () => Date.now() > expired + 1_500);
    await Promise.all(Array.from({ length: 20 }, () => client.findUser('ada-2')));
    expect(client.connection.get().status).toBe('live');
    expect(network.upgrades - upgrades).toBe(1);
    expect(refreshes() - before).toBe(1);
  });

  it('is renewed once when a server refuses its token, whatever is asked at once and over whichever transport', async () => {
    const person = await signUp(node.url, 'ada-3');
    const before = refreshes();
    // This device believes that the token is good for long.
    using client = createClient({ url: network.url, storage: await left(person, -5_000, 600_000) });
    await client.ready();
    const found = await Promise.all(Array.from({ length: 20 }, () => client.findUser('ada-3')));
    expect(found.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, () => person.id));
    await live(client);
    expect(refreshes() - before).toBe(1);
  });

  it('does not end with the network', async () => {
    const person = await signUp(node.url, 'ada-4');
    network.cut();
    using client = createClient({ url: network.url, storage: await left(person, 1_000) });
    await client.ready();
    await expect(client.findUser('ada-4')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(client.viewer.get()?.handle).toBe('ada-4');
    network.restore();
    await live(client);
  });

  it('ends when it is logged out elsewhere: nobody is shown as logged in any more', async () => {
    const client = await enter(network.url, 'ada-5');
    // Another device can not do this; whoever has this one's token can.
    const token = await client.accessToken();
    await ask(node.url, token, 'mutation { logOut }');
    await until('the end', () => client.viewer.get() === null);
    expect(client.channels.get()).toEqual([]);
    await expect(client.findUser('ada-5')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    client.close();
  });

  it('ends on the server too when it is logged out here', async () => {
    const storage = memoryStorage();
    const client = await enter(network.url, 'ada-6', { storage });
    const token = await client.accessToken();
    await client.logOut();
    expect(client.viewer.get()).toBeNull();
    expect(await storage.get('session')).toBeUndefined();
    await until('the token to be refused', async () => (await ask(node.url, token, VIEWER)).status === 401);
    await client.logIn({ handle: 'ada-6', password: PASSWORD });
    await live(client);
    client.close();
  });

  it('is refused with the server’s words where the password is wrong', async () => {
    const client = await enter(network.url, 'ada-7');
    await client.logOut();
    await expect(client.logIn({ handle: 'ada-7', password: 'wrong horse' })).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await expect(client.signUp({ handle: 'ada-7', name: 'A', password: PASSWORD })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    client.close();
  });

  it('lasts as long as its token says by the server’s clock, whatever this device’s clock shows', () => {
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const parts = {
      accessToken: `${encode({ alg: 'HS256' })}.${encode({ iat: 1_000, exp: 1_900 })}.x`,
      accessTokenExpiresAt: '2001-01-01T00:00:00.000Z',
      refreshToken: 'r',
      viewer: { id: 'usr_ada', handle: 'ada', name: 'Ada' },
      endpoint: { url: 'ws://localhost', httpUrl: 'http://localhost' },
    };
    expect(sessionFrom(parts, 5_000_000).expiresAt).toBe(5_900_000);
  });
});
