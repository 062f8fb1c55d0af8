import { once } from 'node:events';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Server } from '../../scripts/services/server.ts';
import type { Services } from '../../scripts/services/services.ts';
import { newGroupId } from '../../src/domain/identifier.ts';
import type { Outage, Topic } from '../../src/pubsub/pubsub.ts';
import type { RedisPubSub } from '../../src/pubsub/redis/redis.ts';
import { type ChannelHint, channelTopic } from '../../src/pubsub/topics.ts';
import { type TestBus, testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';

const stored = (head: number): ChannelHint => ({ kind: 'stored', head });

describe('pub/sub on Redis servers that get hurt', { timeout: 60_000 }, () => {
  let services: Services;
  let server: Server;
  let urls: readonly string[];
  let bus: TestBus;
  let one: RedisPubSub;
  let other: RedisPubSub;
  const rejections: unknown[] = [];
  const note = (error: unknown) => rejections.push(error);

  beforeAll(async () => {
    process.on('unhandledRejection', note);
    services = await startServices({ only: ['redis'], redisServers: 2 });
    server = services.server('redis');
    urls = services.servers.map(({ address }) => `redis://${address.host}:${address.port}`);
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    await services[Symbol.asyncDispose]();
    process.off('unhandledRejection', note);
  });
  beforeEach(() => {
    bus = testBus(urls);
    one = bus.open();
    other = bus.open();
  });
  afterEach(async () => {
    await bus.close();
    if (server.state === 'paused') await server.resume();
    if (server.state === 'down') await server.start();
    expect(rejections).toEqual([]);
  });

  const shardName = (of: Server): string => `${of.address.host}:${of.address.port}`;
  const topicOn = (of: Server): Topic<ChannelHint> => {
    for (;;) {
      const topic = channelTopic(newGroupId());
      if (one.shardOf(topic) === shardName(of)) return topic;
    }
  };
  async function listen(to: RedisPubSub, topic: Topic<ChannelHint>) {
    const heads: number[] = [];
    await to.subscribe(topic, (hint) => hint.kind === 'stored' && heads.push(hint.head));
    return heads;
  }
  const outagesOf = (of: RedisPubSub): Outage[] => {
    const outages: Outage[] = [];
    of.onReconnect((outage) => outages.push(outage));
    return outages;
  };

  // The event target did not wait for Redis: what was published right after a subscription was lost.
  it('loses nothing that is published right after a subscription', async () => {
    for (let round = 0; round < 200; round += 1) {
      const topic = channelTopic(newGroupId());
      const heads = await listen(one, topic);
      expect(await other.publish(topic, stored(round))).toBe(1);
      await until('the hint', () => heads.length === 1);
    }
  });

  // One listener that could not take any more ended the process, or kept events from those registered after it.
  it('gives everything to the neighbours of one that can take nothing', async () => {
    const topic = channelTopic(newGroupId());
    await one.subscribe(topic, () => {
      throw new Error('full');
    });
    const heads = await listen(one, topic);
    const all = Array.from({ length: 3_000 }, (_, head) => head);
    await Promise.all(all.map((head) => other.publish(topic, stored(head))));
    await until('all of it', () => heads.length === 3_000);
    expect(heads).toEqual(all);
    expect(bus.errors).toHaveLength(3_000);
  });

  it('passes over what is no JSON, and reports it', async () => {
    const topic = channelTopic(newGroupId());
    const raw = new Redis(urls[0] ?? '');
    raw.on('error', note);
    const plain = bus.open({ urls: urls.slice(0, 1), prefix: '' });
    const heads = await listen(plain, topic);
    await raw.publish(topic, '{"kind":');
    await raw.publish(topic, '');
    await raw.publish(topic, JSON.stringify(stored(7)));
    await until('the good one', () => heads.length > 0);
    raw.disconnect();
    expect(heads).toEqual([7]);
    expect(bus.errors).toHaveLength(1);
  });

  it('listens again to a server that was killed and came back empty, and says what may have been missed', async () => {
    const hurt = topicOn(server);
    const whole = topicOn(services.server('redis-2'));
    const hurtHeads = await listen(one, hurt);
    const wholeHeads = await listen(one, whole);
    const many = await Promise.all(Array.from({ length: 2_500 }, () => listen(one, topicOn(server))));
    expect(one.topics).toBe(2_502);
    await other.publish(hurt, stored(1));
    await until('the first', () => hurtHeads.length === 1);
    const outages = outagesOf(one);
    const before = performance.now();
    const settling = Promise.allSettled(Array.from({ length: 100 }, () => other.publish(hurt, stored(2))));
    await server.kill();

    for (const settled of await settling) {
      if (settled.status === 'rejected') expect(settled.reason).toMatchObject({ code: 'UNAVAILABLE' });
    }
    const askedAt = performance.now();
    await expect(other.publish(hurt, stored(3))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - askedAt).toBeLessThan(5_000);
    expect(await other.publish(whole, stored(1))).toBe(1);
    const subscribing = listen(one, topicOn(server));
    expect(outages).toEqual([]);

    await server.start();
    await until('the reconnection', () => outages.length > 0);
    expect(outages).toEqual([{ shard: shardName(server), aliveAt: expect.any(Number) }]);
    expect(outages[0]?.aliveAt).toBeLessThan(performance.now());
    expect(outages[0]?.aliveAt).toBeGreaterThan(before - 5_000);
    expect(one.reconnects).toBe(1);
    hurtHeads.length = 0;
    await until('the publisher', () => other.publish(hurt, stored(4)).catch(() => null));
    await until('the hint', () => hurtHeads.length > 0);
    expect(hurtHeads).toEqual([4]);
    expect(wholeHeads).toEqual([1]);
    expect(await subscribing).toEqual([]);
    expect(many.flat()).toEqual([]);
  });

  // The server acknowledged it before the client was ready, which ended that connection, its first: what was published until the
  // next one was lost, and nobody was told ("Connection in subscriber mode, only subscriber commands may be used").
  it('subscribes once the client is ready, and not while it connects', async () => {
    await server.pause();
    const early = bus.open();
    const { host, port } = server.address;
    const socket = connect(port, host);
    await once(socket, 'connect');
    socket.destroy();
    const topics = Array.from({ length: 20 }, () => topicOn(server));
    const listening: Promise<number[]>[] = [];
    for (const topic of topics) {
      listening.push(listen(early, topic));
      // The bus is connected by now, or will be some turns later.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await server.resume();
    const heads = await Promise.all(listening);
    for (const topic of topics) expect(await other.publish(topic, stored(1))).toBe(1);
    await until('the hints', () => heads.flat().length === topics.length);
    expect(bus.errors).toEqual([]);
  });

  it('says once that a server is away, however often it is tried', async () => {
    await listen(one, topicOn(server));
    await server.kill();
    await until('the reports', () => bus.errors.length > 0);
    await expect(one.publish(topicOn(server), stored(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(one.publish(topicOn(server), stored(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    // Two clients of each of the two ends.
    expect(bus.errors.length).toBeLessThanOrEqual(4);
  });

  it('leaves a server that is frozen, and finds it again', async () => {
    const topic = topicOn(server);
    const heads = await listen(one, topic);
    await other.publish(topic, stored(1));
    const outages = outagesOf(one);
    await server.pause();
    const askedAt = performance.now();
    const publishing = Promise.allSettled([other.publish(topic, stored(2)), other.publish(topic, stored(3))]);
    const subscribing = one.subscribe(topicOn(server), () => {});
    await expect(subscribing).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    for (const settled of await publishing) {
      expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'UNAVAILABLE' } });
    }
    expect(performance.now() - askedAt).toBeLessThan(15_000);
    await server.resume();
    await until('the reconnection', () => outages.length > 0, 15_000);
    await until('the publisher', () => other.publish(topic, stored(4)).catch(() => null));
    await until('the hint', () => heads.includes(4));
  });

  it('refuses what would pile up for a server that does not answer', async () => {
    const topic = topicOn(server);
    const narrow = bus.open({ limits: { busWaitMs: 5_000, busPendingBytesMax: 10_000 } });
    await narrow.publish(topic, stored(1));
    await server.pause();
    const bytes = Buffer.byteLength(JSON.stringify(stored(1)));
    const fitting = Math.floor(10_000 / bytes);
    const pending = Array.from({ length: fitting }, () => narrow.publish(topic, stored(1)));
    const settling = Promise.allSettled(pending);
    await expect(narrow.publish(topic, stored(1))).rejects.toThrow('Too much');
    await server.resume();
    expect((await settling).map(({ status }) => status)).toEqual(pending.map(() => 'fulfilled'));
    expect(await narrow.publish(topic, stored(1))).toBe(0);
  });

  it('waits for a server that is not there yet', async () => {
    await server.kill();
    const late = bus.open();
    const topic = topicOn(server);
    const outages = outagesOf(late);
    const impatient = bus.open({ limits: { busWaitMs: 100, busPendingBytesMax: 1_000 } });
    await expect(impatient.subscribe(topic, () => {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(late.publish(topic, stored(1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await server.start();
    const heads = await listen(late, topic);
    await late.publish(topic, stored(2));
    await until('the hint', () => heads.length === 1);
    // Nobody was told before that their publications arrive.
    expect(outages).toEqual([]);
    expect(impatient.topics).toBe(0);
  });

  it('shows a password, and takes a server that wants another for one that is away', async () => {
    const raw = new Redis(urls[0] ?? '');
    await raw.config('SET', 'requirepass', 'secret');
    const topic = topicOn(server);
    const [first = '', second = ''] = urls;
    const knowing = bus.open({ urls: [first.replace('redis://', 'redis://:secret@'), second] });
    const heads = await listen(knowing, topic);
    await knowing.publish(topic, stored(1));
    await until('the hint', () => heads.length === 1);
    const limits = { busWaitMs: 500, busPendingBytesMax: 1_000 };
    const guessing = bus.open({ limits, urls: [first.replace('redis://', 'redis://:guess@'), second] });
    await expect(guessing.subscribe(topic, () => {})).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await expect(guessing.publish(topic, stored(2))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(bus.errors.map(String).join()).toContain('WRONGPASS');
    await raw.config('SET', 'requirepass', '');
    raw.disconnect();
  });

  it('ends at once while a server is away or frozen', async () => {
    await listen(one, topicOn(server));
    await server.pause();
    const publishing = Promise.allSettled([one.publish(topicOn(server), stored(1))]);
    const subscribing = Promise.allSettled([one.subscribe(topicOn(server), () => {})]);
    const startedAt = performance.now();
    await one.close();
    expect((await publishing)[0]?.status).toBe('rejected');
    expect((await subscribing)[0]?.status).toBe('rejected');
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });
});
