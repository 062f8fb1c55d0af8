import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newGroupId } from '../../src/domain/identifier.ts';
import { BUCKET_EVENTS } from '../../src/storage/cassandra/bucket.ts';
import type { MessageRange } from '../../src/storage/events.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { newKeyspace, plainClient } from '../support/cassandra.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';
import { LongChannel } from './long-channel.ts';

const EVENTS = 2 * BUCKET_EVENTS + 700;
const EDITS = 3 * BUCKET_EVENTS;
const NEWEST: MessageRange = { after: null, before: null, limit: 50, from: 'newest' };

describe('a channel of several buckets', () => {
  let keyspace: Awaited<ReturnType<typeof newKeyspace>>;
  let client: Awaited<ReturnType<typeof plainClient>>;
  let storage: Storage;
  /** Messages, with an edit or two among them every now and then. */
  let mixed: LongChannel;
  /** Two messages, tens of thousands of edits, two messages. */
  let edited: LongChannel;

  beforeAll(async () => {
    keyspace = await newKeyspace();
    storage = await keyspace.open();
    client = await plainClient(keyspace.options);
    mixed = new LongChannel(storage);
    await mixed.create();
    while (mixed.events.length < EVENTS) {
      mixed.send();
      if (mixed.events.length % 100 === 7) mixed.edit();
    }
    await mixed.store();
    edited = new LongChannel(storage);
    await edited.create();
    edited.send();
    edited.send();
    while (edited.events.length < EDITS) edited.edit();
    edited.send();
    edited.send();
    await edited.store();
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    await storage.close();
    await client.shutdown();
    await keyspace.drop();
  });

  /** Partitions of a table that were read, by the server's own count. */
  async function partitionsRead(table: string): Promise<number> {
    const cql = 'SELECT count FROM system_views.local_read_latency WHERE keyspace_name = ? AND table_name = ?';
    const row = (await client.execute(cql, [keyspace.options.keyspace, table], { prepare: true })).first();
    return Number(row['count']);
  }

  async function partitionsReadBy(act: () => Promise<unknown>): Promise<number> {
    const before = await partitionsRead('messages');
    await act();
    return (await partitionsRead('messages')) - before;
  }

  it('gives pages of messages over the edges of buckets, from both ends', async () => {
    const all = mixed.messages;
    const { events } = storage;
    const edge = all.findIndex(({ sequence }) => sequence >= BUCKET_EVENTS);
    for (const index of [0, 10, edge - 30, edge, edge + 20, all.length - 60, all.length - 10]) {
      const after = all[index]?.sequence ?? 0;
      const newer = all.slice(index + 1);
      const older = all.slice(0, index);
      const oldest = { ...NEWEST, from: 'oldest' } as const;
      expect(await events.messages(mixed.channelId, { ...oldest, after })).toEqual(newer.slice(0, 50));
      expect(await events.messages(mixed.channelId, { ...NEWEST, after })).toEqual(newer.slice(-50));
      expect(await events.messages(mixed.channelId, { ...NEWEST, before: after })).toEqual(older.slice(-50));
      expect(await events.messages(mixed.channelId, { ...oldest, before: after })).toEqual(older.slice(0, 50));
    }
    expect(await events.messages(mixed.channelId, NEWEST)).toEqual(all.slice(-50));
    const whole = { ...NEWEST, limit: 100_000 };
    expect(await events.messages(mixed.channelId, whole)).toEqual(all);
    expect(await events.messages(mixed.channelId, { ...whole, from: 'oldest' })).toEqual(all);
  });

  it('reads one or two partitions a page, wherever it is', async () => {
    const { length } = mixed.messages;
    for (const part of [0.01, 0.25, 0.46, 0.5, 0.75, 0.92, 0.99]) {
      const at = mixed.messages[Math.floor(part * length)]?.sequence ?? 0;
      for (const range of [{ after: at }, { before: at }]) {
        for (const from of ['oldest', 'newest'] as const) {
          const page = () => storage.events.messages(mixed.channelId, { ...NEWEST, ...range, from });
          expect(await partitionsReadBy(page)).toBeLessThanOrEqual(2);
        }
      }
    }
    expect(await partitionsReadBy(() => storage.events.messages(mixed.channelId, NEWEST))).toBeLessThanOrEqual(2);
    expect(await partitionsReadBy(() => storage.events.messageAt(mixed.channelId, 12))).toBe(1);
  });

  it('finds the messages beyond any number of other events in a few reads', async () => {
    const { channelId, messages } = edited;
    const [first, second, third, fourth] = messages;
    const read = await partitionsReadBy(async () => {
      expect(await storage.events.messages(channelId, NEWEST)).toEqual(messages);
      expect(await storage.events.messages(channelId, { ...NEWEST, from: 'oldest' })).toEqual(messages);
      const after = second?.sequence ?? 0;
      const before = third?.sequence ?? 0;
      const oldest = { ...NEWEST, from: 'oldest', limit: 1 } as const;
      expect(await storage.events.messages(channelId, { ...oldest, after })).toEqual([third]);
      expect(await storage.events.messages(channelId, { ...oldest, after: before - 1 })).toEqual([third]);
      expect(await storage.events.messages(channelId, { ...NEWEST, limit: 2, before })).toEqual([first, second]);
      expect(await storage.events.messages(channelId, { ...NEWEST, after, before })).toEqual([]);
      expect(await storage.events.messages(channelId, { ...NEWEST, after: before })).toEqual([fourth]);
    });
    expect(read).toBeLessThan(40);
  });

  it('takes bounds beyond the newest, however far', async () => {
    const all = mixed.messages;
    for (const before of [EVENTS + 100, 10 * EVENTS, Number.MAX_SAFE_INTEGER]) {
      const read = await partitionsReadBy(async () => {
        expect(await storage.events.messages(mixed.channelId, { ...NEWEST, before })).toEqual(all.slice(-50));
        const after = before;
        expect(await storage.events.messages(mixed.channelId, { ...NEWEST, after, from: 'oldest' })).toEqual([]);
        expect(await storage.events.messages(mixed.channelId, { ...NEWEST, after })).toEqual([]);
      });
      expect(read).toBeLessThan(8);
      expect(await storage.events.after(mixed.channelId, before, 10)).toEqual([]);
      expect(await storage.events.messageAt(mixed.channelId, before)).toBeNull();
      expect(await storage.events.messagesAt(mixed.channelId, before)).toBeNull();
      const newestFirst = mixed.now().toReversed().slice(0, 10);
      expect(await storage.events.before(mixed.channelId, before, 10)).toEqual(newestFirst);
    }
    expect(await storage.events.messages(newGroupId(), { ...NEWEST, before: EVENTS })).toEqual([]);
  });

  it('gives events over the edges of buckets, both ways', async () => {
    const all = mixed.now();
    for (const after of [0, BUCKET_EVENTS - 3, BUCKET_EVENTS - 2, BUCKET_EVENTS - 1, BUCKET_EVENTS, EVENTS - 5]) {
      expect(await storage.events.after(mixed.channelId, after, 10)).toEqual(all.slice(after, after + 10));
      const before = after + 1;
      const older = all.slice(Math.max(0, after - 10), after).reverse();
      expect(await storage.events.before(mixed.channelId, before, 10)).toEqual(older);
    }
    expect(await storage.events.after(mixed.channelId, 0, 100_000)).toEqual(all);
    expect(await storage.events.before(mixed.channelId, null, 100_000)).toEqual(all.toReversed());
  });

  it('shows the newest page at once to a node that has not heard of newer buckets', async () => {
    const other = await keyspace.open();
    const growing = new LongChannel(storage);
    await growing.create();
    const newest = () => other.events.messages(growing.channelId, NEWEST);
    expect(await newest()).toEqual([]);
    const growTo = async (length: number, act: () => void) => {
      while (growing.events.length < length) act();
      await growing.store();
      expect(await newest()).toEqual(growing.messages.slice(-50));
      const after = growing.messages.at(-3)?.sequence ?? 0;
      const range: MessageRange = { ...NEWEST, after };
      expect(await other.events.messages(growing.channelId, range)).toEqual(growing.messages.slice(-2));
    };
    const send = () => void growing.send();
    const edit = () => growing.edit();
    await growTo(60, send);
    for (const length of [-1, 0, 1, 2, 30, 90]) await growTo(BUCKET_EVENTS + length, send);
    await growTo(2 * BUCKET_EVENTS - 1, edit);
    await growTo(2 * BUCKET_EVENTS, edit);
    await growTo(4 * BUCKET_EVENTS + 10, edit);
    await growTo(4 * BUCKET_EVENTS + 12, send);
    await growTo(5 * BUCKET_EVENTS, send);
    const read = await partitionsReadBy(newest);
    expect(read).toBeLessThanOrEqual(2);
    await other.close();
  }, 120_000);

  it('reads the newest page of a channel that a node knows without reading its head', async () => {
    const before = await partitionsRead('heads');
    for (let time = 0; time < 10; time += 1) await storage.events.messages(mixed.channelId, NEWEST);
    expect((await partitionsRead('heads')) - before).toBeLessThanOrEqual(1);
  });

  /** A batch over several partitions is refused from 50 KB on. */
  it('takes the largest messages, many at once, with changes among them', async () => {
    const large = new LongChannel(storage);
    await large.create();
    for (let index = 0; index < 60; index += 1) {
      large.send('🎈'.repeat(LIMITS.textCharactersMax));
      large.edit();
      large.send('x'.repeat(LIMITS.textCharactersMax));
    }
    await large.store();
    expect(await storage.events.after(large.channelId, 0, 1_000)).toEqual(large.now());
  });

  it('finds the messages of many ids in many buckets', async () => {
    const some = mixed.messages.filter((_, index) => index % 97 === 0);
    const ids = some.map(({ id }) => id);
    const found = await storage.events.messagesById(mixed.channelId, ids);
    expect([...found.values()].map(({ message }) => message).sort((a, b) => a.sequence - b.sequence)).toEqual(some);
  });
});
