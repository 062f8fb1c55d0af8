import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Services } from '../../scripts/services/services.ts';
import { LIMITS } from '../../src/config/limits.ts';
import type { ChannelId } from '../../src/domain/identifier.ts';
import { newSessionId, newUserId } from '../../src/domain/identifier.ts';
import { SessionWatch } from '../../src/gateway/session-watch.ts';
import type { RedisPubSub } from '../../src/pubsub/redis/redis.ts';
import { channelTopic, userTopic } from '../../src/pubsub/topics.ts';
import { Announcer } from '../../src/sequencer/announcer.ts';
import { HeadReports, type HeadReportsOptions } from '../../src/sequencer/head-reports.ts';
import type { EventStream } from '../../src/stream/hub.ts';
import { type TestBus, testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, startServices } from '../support/services.ts';
import { until } from '../support/until.ts';
import { createWorld, type ModelChannel, noOverflow, sequences, take, viewer, type World } from './model.ts';

const PARTITIONS = 2;
/** Any function will do, as long as all use the same. */
const partitionOf = (channelId: ChannelId): number => channelId.charCodeAt(10) % PARTITIONS;

async function listeners(server: Redis) {
  return String(await server.client('LIST'))
    .split('\n')
    .map((line) => ({ id: /id=(\d+)/.exec(line)?.[1] ?? '', topics: Number(/ sub=(\d+)/.exec(line)?.[1] ?? 0) }));
}

describe('a node that has missed publications', { timeout: 60_000 }, () => {
  let services: Services;
  let urls: readonly string[];
  let raw: readonly Redis[];
  let bus: TestBus;
  let world: World;
  let sequencerBus: RedisPubSub;
  let reports: HeadReports[];
  const ada = viewer();
  const bob = newUserId();

  beforeAll(async () => {
    services = await startServices({ only: ['redis'], redisServers: 2 });
    urls = services.servers.map(({ address }) => `redis://${address.host}:${address.port}`);
    raw = urls.map((url) => new Redis(url));
    for (const client of raw) client.on('error', () => {});
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    for (const client of raw) client.disconnect();
    await services[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    bus = testBus(urls);
    world = createWorld({}, bus.open(), partitionOf);
    sequencerBus = bus.open();
    reports = [];
  });
  afterEach(async () => {
    for (const one of reports) one.close();
    await world.hub.close();
    await bus.close();
    // The next test cut off this one's connection where the server had not let go of it yet: "Not within 10000 ms: the reconnection".
    await until('the servers to let go', async () => {
      const all = await Promise.all(raw.map(listeners));
      return all.flat().every(({ topics }) => topics === 0);
    });
  });

  /** A sequencer that reads some of the partitions, since so long that its list reaches back. */
  async function sequencer(
    partitions: readonly number[],
    limits: Partial<HeadReportsOptions['limits']> = {},
  ): Promise<Announcer> {
    const failed = (error: unknown): void => void world.errors.push(error);
    const own = new HeadReports({
      ...{ log: { partitionOf }, pubsub: sequencerBus, failed },
      limits: { ...LIMITS, ...limits },
      handoverMs: -60_000,
    });
    await own.start(PARTITIONS);
    for (const partition of partitions) own.assigned(partition);
    reports.push(own);
    return new Announcer(sequencerBus, failed, (channelId, head) => own.changed(channelId, head));
  }

  const shardIndex = (channel: ModelChannel): number => {
    const name = sequencerBus.shardOf(channelTopic(channel.id));
    return urls.findIndex((url) => url.endsWith(name));
  };
  function channelsOn(shard: number, count: number, members = [ada.userId, bob]): ModelChannel[] {
    const channels: ModelChannel[] = [];
    while (channels.length < count) {
      const channel = world.channel(...members);
      if (shardIndex(channel) === shard) channels.push(channel);
      else world.storage.all.delete(channel.id);
    }
    return channels;
  }
  const open = (channel: ModelChannel): Promise<EventStream> =>
    world.hub.channel({ viewer: ada, channelId: channel.id, after: null, overflow: noOverflow });

  /** Cuts the node off from one server, and publishes what it can't hear. */
  async function miss(shard: number, announcer: Announcer, channels: readonly ModelChannel[]): Promise<void> {
    let reconnections = 0;
    const stop = world.pubsub.onReconnect(() => {
      reconnections += 1;
    });
    await cut(shard);
    for (const channel of channels) {
      const event = channel.send(bob);
      channel.stored = channel.head;
      await announcer.happened([event]);
    }
    expect(reconnections).toBe(0);
    await until('the reconnection', () => reconnections > 0);
    stop();
  }

  /** The node's own connection, and nobody else's: the one with most topics. */
  async function cut(shard: number): Promise<void> {
    const server = raw[shard] as Redis;
    const [most] = (await listeners(server)).sort((a, b) => b.topics - a.topics);
    await server.client('KILL', 'ID', most?.id ?? '');
  }

  it('asks the sequencers which channels changed, and reads nothing else', async () => {
    const announcer = await sequencer([0, 1]);
    const channels = channelsOn(0, 60);
    const streams = await Promise.all(channels.map(open));
    const headsBefore = world.storage.reads.heads;
    const changed = channels.slice(0, 7);
    await miss(0, announcer, changed);
    for (const stream of streams.slice(0, 7)) expect(sequences(await take(stream, 1))).toEqual([1]);
    expect(world.storage.reads.heads).toBe(headsBefore);
    expect(world.storage.reads.after).toBe(7);
    expect(world.errors).toEqual([]);
  });

  it('reads the heads of its own channels on that server where nobody answers', async () => {
    const announcer = new Announcer(sequencerBus, (error) => world.errors.push(error));
    const hurt = channelsOn(0, 450);
    const whole = channelsOn(1, 50);
    const streams = await Promise.all([...hurt, ...whole].map(open));
    const headsBefore = world.storage.reads.heads;
    const changed = [hurt[0], hurt[300], hurt[449]].filter((channel) => channel !== undefined);
    await miss(0, announcer, changed);
    for (const index of [0, 300, 449]) {
      const stream = streams[index];
      if (stream !== undefined) expect(sequences(await take(stream, 1))).toEqual([1]);
    }
    await until('all pages', () => world.storage.reads.heads - headsBefore >= 3);
    expect(world.storage.reads.heads - headsBefore).toBe(3);
  });

  it('reads the heads of those partitions only that nobody answers for', async () => {
    const announcer = await sequencer([0]);
    const channels = channelsOn(0, 40);
    const streams = new Map(
      await Promise.all(channels.map(async (channel) => [channel, await open(channel)] as const)),
    );
    const asked: ChannelId[] = [];
    const { heads } = world.storage.channels;
    world.storage.channels.heads = (ids) => {
      asked.push(...ids);
      return heads(ids);
    };
    const changed = [0, 1].flatMap((partition) =>
      channels.filter(({ id }) => partitionOf(id) === partition).slice(0, 3),
    );
    await miss(0, announcer, changed);
    for (const channel of changed) {
      const stream = streams.get(channel);
      if (stream !== undefined) expect(sequences(await take(stream, 1))).toEqual([1]);
    }
    expect(new Set(asked)).toEqual(new Set(channels.filter(({ id }) => partitionOf(id) === 1).map(({ id }) => id)));
  });

  it('reads heads where more has changed than the sequencers remember or tell', async () => {
    for (const limits of [{ recentHeadsMax: 3 }, { reportedHeadsMax: 3 }]) {
      const announcer = await sequencer([0, 1], limits);
      const channels = channelsOn(0, 30);
      const streams = await Promise.all(channels.map(open));
      const headsBefore = world.storage.reads.heads;
      await miss(0, announcer, channels);
      for (const stream of streams) expect(sequences(await take(stream, 1))).toEqual([1]);
      expect(world.storage.reads.heads).toBeGreaterThan(headsBefore);
      for (const one of reports.splice(0)) one.close();
    }
  });

  it('goes on until it has what it missed, though the store fails meanwhile', async () => {
    const announcer = new Announcer(sequencerBus, (error) => world.errors.push(error));
    const [channel] = channelsOn(0, 1) as [ModelChannel];
    const stream = await open(channel);
    world.storage.failures = 5;
    await miss(0, announcer, [channel]);
    expect(sequences(await take(stream, 1))).toEqual([1]);
  });

  it('reads its users’ channel lists again, and tells whoever relies on hints', async () => {
    const userShard = urls.findIndex((url) => url.endsWith(sequencerBus.shardOf(userTopic(ada.userId))));
    const inbox = await world.hub.inbox({ viewer: ada, after: new Map(), overflow: noOverflow });
    const heard: string[] = [];
    await world.hub.listen(ada.userId, { hear: ({ kind }) => void heard.push(kind) });
    const [came] = channelsOn(1 - userShard, 1, [bob]) as [ModelChannel];
    await cut(userShard);
    came.join(ada.userId);
    came.stored = came.head;
    await sequencerBus.publish(userTopic(ada.userId), { kind: 'joined', channelId: came.id, sequence: 1 });
    await sequencerBus.publish(userTopic(ada.userId), { kind: 'loggedOut', sessionId: newSessionId() });
    expect(sequences(await take(inbox, 1))).toEqual([1]);
    await until('the word', () => heard.length > 0);
    expect(heard).toEqual(['missed']);
  });

  // The log-out was lost with the connection: the socket stayed open until its token ran out.
  it('ends what belongs to a session that was logged out meanwhile', async () => {
    const userShard = urls.findIndex((url) => url.endsWith(sequencerBus.shardOf(userTopic(ada.userId))));
    const over = new Set<string>();
    const accounts = { isOver: async (sessionId: string) => over.has(sessionId) };
    const ended: string[] = [];
    for (const [name, sessionId] of [
      ['gone', newSessionId()],
      ['there', newSessionId()],
    ] as const) {
      const watch = new SessionWatch({ sessionEnded: () => void ended.push(name) });
      await watch.start(
        { hub: world.hub, services: { accounts } },
        { userId: ada.userId, sessionId, expiresAt: Date.now() + 60_000 },
      );
      if (name === 'gone') over.add(sessionId);
    }
    let told = 0;
    await world.hub.listen(ada.userId, {
      hear: () => {
        told += 1;
      },
    });
    await cut(userShard);
    await until('the word', () => told > 0 && ended.length > 0);
    expect(ended).toEqual(['gone']);
  });

  it('finds everything after both servers came back empty', async () => {
    const announcer = await sequencer([0, 1]);
    const channels = [...channelsOn(0, 20), ...channelsOn(1, 20)];
    const streams = await Promise.all(channels.map(open));
    for (const server of services.servers) await server.kill();
    for (const channel of channels) {
      const event = channel.send(bob);
      channel.stored = channel.head;
      void announcer.happened([event]);
    }
    for (const server of services.servers) await server.start();
    for (const stream of streams) expect(sequences(await take(stream, 1))).toEqual([1]);
    announcer.close();
  });
});
