import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { newKeyspace, plainClient } from '../support/cassandra.ts';
import { SERVICES_TIMEOUT_MS } from '../support/services.ts';

describe('writes that come late or again', () => {
  let keyspace: Awaited<ReturnType<typeof newKeyspace>>;
  let storage: Storage;

  beforeAll(async () => {
    keyspace = await newKeyspace();
    storage = await keyspace.open();
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    await storage.close();
    await keyspace.drop();
  });

  const everything = async (author: ChannelAuthor, people: readonly UserId[]) => ({
    head: (await storage.channels.heads([author.channelId])).get(author.channelId),
    members: await storage.memberships.ofChannel(author.channelId),
    memberships: await Promise.all(people.map((userId) => storage.memberships.ofUser(userId))),
    checkpoints: await storage.checkpoints.ofMembers(author.channelId, people),
    events: await storage.events.after(author.channelId, 0, 1_000),
  });

  it('change nothing, whatever happened in a channel and in whatever order they come', async () => {
    const act = fc.record({
      kind: fc.constantFrom('send', 'send', 'edit', 'delete', 'add', 'leave'),
      who: fc.nat(3),
      which: fc.nat(5),
    });
    const order = fc.array(fc.nat(40), { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 14 }), order, async (acts, again) => {
        const people = Array.from({ length: 4 }, newUserId);
        const author = new ChannelAuthor(storage);
        await author.create(people.slice(0, 2));
        const messages: StoredMessage[] = [];
        for (const { kind, who, which } of acts) await perform(author, messages, { kind, userId: people[who], which });
        const before = await everything(author, people);
        expect(before.events).toEqual(author.events());
        expect(before.members).toEqual(standing(author));
        const late = again.flatMap((index) => author.written[index % author.written.length] ?? []);
        await Promise.all(late.map((effects) => storage.effects.store(effects)));
        expect(await everything(author, people)).toEqual(before);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it("leave no word of what was edited or deleted in any table, and a late edit doesn't bring it back", async () => {
    const author = new ChannelAuthor(storage);
    const owner = newUserId();
    await author.create([owner]);
    const message = await author.send(owner, 'secret-first');
    await author.edit(message, 'secret-second');
    await author.delete(message);
    await author.writeAgain();
    for (const effects of author.written.toReversed()) await storage.effects.store(effects);
    await using client = await plainClient(keyspace.options);
    const { rows: tables } = await client.execute(
      'SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?',
      [keyspace.options.keyspace],
    );
    expect(tables.length).toBeGreaterThan(10);
    for (const { table_name: table } of tables) {
      const { rows } = await client.execute(`SELECT JSON * FROM ${keyspace.options.keyspace}.${table}`);
      expect(rows.filter((row) => String(row['[json]']).includes('secret'))).toEqual([]);
    }
    expect(await storage.events.messageAt(author.channelId, 1)).toEqual(author.now(message));
  });

  it('are written at the sequence of their event, never by a clock', async () => {
    const author = new ChannelAuthor(storage);
    const [owner, guest] = [newUserId(), newUserId()];
    await author.create([owner]);
    const message = await author.send(owner, 'one');
    await author.edit(message, 'two');
    await author.add(owner, [guest]);
    await using client = await plainClient({ ...keyspace.options }, { keyspace: keyspace.options.keyspace });
    const timesOf = async (cql: string, key: string) => {
      const { rows } = await client.execute(cql, [key], { prepare: true });
      return rows.map((row) => row.values().map(Number));
    };
    const { channelId } = author;
    const bucket = 'WHERE channel_id = ? AND bucket = 0';
    const sent = `SELECT writetime(digest), writetime(text), writetime(edited_at) FROM messages ${bucket}`;
    expect(await timesOf(sent, channelId)).toEqual([[1, 2, 2]]);
    expect(await timesOf(`SELECT writetime(at) FROM changes ${bucket}`, channelId)).toEqual([[2], [3]]);
    const members = "SELECT writetime(role) FROM members WHERE kind = 'channel' AND id = ?";
    expect((await timesOf(members, channelId)).flat().sort()).toEqual([0, 3]);
    expect(await timesOf('SELECT writetime(role) FROM memberships WHERE user_id = ?', guest)).toEqual([[3]]);
    expect(await timesOf('SELECT writetime(sequence) FROM heads WHERE channel_id = ?', channelId)).toEqual([[3]]);
    expect(await timesOf('SELECT writetime(kind) FROM channels WHERE id = ?', channelId)).toEqual([[0]]);
    expect(await timesOf('SELECT writetime(sequence) FROM checkpoints WHERE user_id = ?', owner)).toEqual([[1]]);
    await storage.positions.move('epoch', 7, 41);
    const position = 'SELECT writetime(log_offset) FROM positions WHERE epoch = ? AND log_partition = 7';
    expect(await timesOf(position, 'epoch')).toEqual([[42]]);
  });

  it('keep an outcome for a day and no longer', async () => {
    const commandId = 'cmd_of-a-day';
    await storage.outcomes.put(commandId as never, { accepted: true, message: null });
    await using client = await plainClient(keyspace.options, { keyspace: keyspace.options.keyspace });
    const { rows } = await client.execute('SELECT ttl(outcome) AS seconds FROM outcomes WHERE command_id = ?', [
      commandId,
    ]);
    expect(rows[0]?.['seconds']).toBeGreaterThan(86_000);
    expect(rows[0]?.['seconds']).toBeLessThanOrEqual(86_400);
  });
});

interface Act {
  readonly kind: string;
  readonly userId: UserId | undefined;
  readonly which: number;
}

/** Does what is possible, and nothing where it is not. */
async function perform(author: ChannelAuthor, messages: StoredMessage[], { kind, userId, which }: Act): Promise<void> {
  if (userId === undefined) return;
  const isMember = author.view.members.has(userId);
  if (kind === 'add') {
    const [anybody] = author.view.members.keys();
    if (!isMember && anybody !== undefined) await author.add(anybody, [userId]);
    return;
  }
  if (!isMember) return;
  if (kind === 'send') messages.push(await author.send(userId, `text ${messages.length}`));
  if (kind === 'leave' && author.view.members.size > 1) await author.leave(userId);
  const message = messages[which % Math.max(1, messages.length)];
  if (message === undefined || author.now(message).deletedAt !== null || !author.view.members.has(message.senderId))
    return;
  if (kind === 'edit') await author.edit(message, `edited ${author.view.head.sequence}`);
  if (kind === 'delete') await author.delete(message);
}

const standing = (author: ChannelAuthor) =>
  [...author.view.members.values()].sort((one, other) => one.standing - other.standing);
