import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newCommandId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import { accepted } from '../../src/domain/outcome.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { newKeyspace } from '../support/cassandra.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';

/** More than one request reads at once. */
const CHANNELS = LIMITS.cassandra.rowsPerReadMax + 7;
const FRIENDS = 2 * LIMITS.cassandra.keysPerRequestMax + 3;

describe('what is read many at once', () => {
  let keyspace: Awaited<ReturnType<typeof newKeyspace>>;
  let storage: Storage;
  const viewer = newUserId();
  const friends = Array.from({ length: FRIENDS }, newUserId);
  const strangers = Array.from({ length: FRIENDS }, newUserId);
  let authors: readonly ChannelAuthor[];

  /** The viewer in all channels but one, a friend in some of them, the strangers in the one. */
  beforeAll(async () => {
    keyspace = await newKeyspace();
    storage = await keyspace.open();
    authors = Array.from({ length: CHANNELS }, () => new ChannelAuthor(storage));
    const membersOf = (index: number): UserId[] => {
      if (index === 0) return strangers;
      const friend = friends[index];
      return friend === undefined ? [viewer] : [viewer, friend];
    };
    await Promise.all(authors.map((author, index) => author.create(membersOf(index))));
    const [last] = authors.slice(-1);
    await last?.add(viewer, [friends[0] ?? viewer]);
    await Promise.all(authors.slice(1).map((author) => author.send(viewer, 'hello')));
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    await storage.close();
    await keyspace.drop();
  });

  it('is whole: channels, heads, memberships, checkpoints', async () => {
    const ids = authors.map(({ channelId }) => channelId);
    const channels = await storage.channels.byIds(ids);
    const heads = await storage.channels.heads(ids);
    const checkpoints = await storage.checkpoints.of(viewer, ids);
    for (const [index, { channelId, view }] of authors.entries()) {
      expect(channels.get(channelId)).toEqual({ ...view.channel, created: view.created });
      expect(heads.get(channelId)).toEqual(view.head);
      const { sequence, messages } = view.head;
      expect(checkpoints.get(channelId)).toEqual(index === 0 ? undefined : { sequence, messages });
    }
    expect((await storage.memberships.ofUser(viewer)).length).toBe(CHANNELS - 1);
    expect(await storage.memberships.counts([viewer, ...strangers])).toEqual(
      new Map([[viewer, CHANNELS - 1], ...strangers.map((id) => [id, 1] as const)]),
    );
  });

  it('finds out who of many shares one of many channels', async () => {
    const { memberships } = storage;
    expect(await memberships.sharing(viewer, [...strangers, ...friends])).toEqual(new Set(friends));
    expect(await memberships.sharing(newUserId(), friends)).toEqual(new Set());
    expect(await memberships.sharing(viewer, [])).toEqual(new Set());
  });

  it('is whole: users, who was seen, outcomes', async () => {
    const { users, outcomes } = storage;
    await users.seen(new Map(friends.map((id, index) => [id, index])));
    expect(await users.lastSeen([...friends, ...strangers])).toEqual(new Map(friends.map((id, index) => [id, index])));
    const commands = friends.map(newCommandId);
    await Promise.all(commands.map((id) => outcomes.put(id, accepted())));
    expect((await outcomes.find(commands)).size).toBe(FRIENDS);
    const made = friends.map((id, index) => ({ id, handle: `friend-${index}`, name: 'Friend', createdAt: index }));
    await Promise.all(made.map((user) => users.create(user, null)));
    const found = await users.byIds([...friends, ...strangers]);
    expect([...found.values()].sort((one, other) => one.createdAt - other.createdAt)).toEqual(made);
  });
});
