import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import { Announcer } from '../../src/sequencer/announcer.ts';
import { Hub } from '../../src/stream/hub.ts';
import { type TestBus, testBus } from '../support/redis.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { createWorld, type ModelChannel, noOverflow, take, viewer } from './model.ts';

describe('a creation, over Redis', { timeout: 60_000 }, () => {
  let bus: TestBus;

  beforeAll(async () => {
    bus = testBus((await sharedServices('redis')).redis);
  }, SERVICES_TIMEOUT_MS);
  afterAll(() => bus?.close());

  it('is told of once, to members on every node, and to nobody else', async () => {
    const [ada, bob, cat] = [viewer(), viewer(), viewer()];
    const world = createWorld({}, bus.open());
    const { storage, errors } = world;
    const other = new Hub({ pubsub: bus.open(), storage, limits: LIMITS });
    const announcer = new Announcer(bus.open(), (error) => void errors.push(error));
    const open = (hub: Hub, reader: typeof ada) =>
      hub.inbox({ viewer: reader, after: new Map(), overflow: noOverflow });
    const members = await Promise.all([open(world.hub, ada), open(other, ada), open(other, bob)]);
    const outsider = await open(world.hub, cat);

    const create = (channel: ModelChannel): void => {
      const facts = { id: channel.id, kind: 'GROUP', name: 'Tea', delivery: 'PERSIST_FIRST', createdAt: 0 } as const;
      const position = { epoch: 'e', partition: 0, offset: 0 };
      announcer.created({ channel: facts, members: [...channel.members.values()], position });
    };
    const created = ({ id }: ModelChannel) => ({ kind: 'ChannelCreated', channelId: id, sequence: null, at: 0 });

    const channel = world.channel(ada.userId, bob.userId, newUserId());
    // Twice, as after a crash.
    create(channel);
    create(channel);
    for (const stream of members) expect(await take(stream, 1)).toEqual([created(channel)]);
    // What comes later on the same ways has passed whatever came before it.
    const last = world.channel(ada.userId, bob.userId, cat.userId);
    create(last);
    for (const stream of [...members, outsider]) expect(await take(stream, 1)).toEqual([created(last)]);
    const event = channel.send(bob.userId);
    channel.stored = channel.head;
    await announcer.happened([event]);
    for (const stream of members) {
      expect(await take(stream, 1)).toMatchObject([{ kind: 'MessageSent', channelId: channel.id, sequence: 1 }]);
    }
    expect(errors).toEqual([]);
    await Promise.all([world.hub.close(), other.close()]);
  });
});
