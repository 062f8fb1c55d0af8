import { copyFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { GroupRunner } from '../../src/sqlite/group-runner.ts';
import type { Durability, Group } from '../../src/sqlite/statement.ts';
import { WriteQueue } from '../../src/sqlite/write-queue.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { keep, newDirectory } from './directory.ts';

const MESSAGES = 25;
const JOURNAL_HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;

/** What is left of a database when the power fails and the disk has so much of its journal. */
async function leftBy(file: string, directory: string, journalBytes: number): Promise<DatabaseSync> {
  const left = join(directory, `left-${journalBytes}.db`);
  await copyFile(file, left);
  await copyFile(`${file}-wal`, `${left}-wal`);
  await truncate(`${left}-wal`, journalBytes);
  return new DatabaseSync(left);
}

const journalBytesOf = async (file: string): Promise<number> => (await stat(`${file}-wal`)).size;

/**
 * Effects are not waited for on the disk, since their commands were. So of whatever was acknowledged the command must be there or its effects, however
 * much of the journal the disk has beyond what it was waited for.
 */
test('a power failure at any moment leaves the command or the effects of all that was acknowledged', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const storage = await createSqliteStorage(database);
  const log = await createSqliteLog(database);
  const author = new ChannelAuthor(storage);
  const owner = newUserId();
  await author.create([owner]);
  await storage.keys.ensure('synced', () => new Uint8Array(8));
  const syncedBytes: number[] = [];
  let end = 0;
  for (let index = 0; index < MESSAGES; index += 1) {
    const effects = author.sent(owner, `message ${index}`);
    const [event] = effects.events;
    if (event?.kind !== 'MessageSent') throw new Error('no message');
    const { channelId, id: messageId, text, digest } = event.message;
    await log.append({
      ...{ kind: 'SendMessage', id: event.commandId, channelId, messageId, actorId: owner, text, digest },
      ...{ replyTo: null, at: event.at, origin: 'test' },
    });
    syncedBytes.push(await journalBytesOf(directory.file));
    await author.store(effects);
    if (index === 10 || index === MESSAGES - 1) {
      const [{ partition, offset } = { partition: { epoch: '', partition: 0 }, offset: 0 }] = await log.ends();
      end = offset ?? 0;
      await storage.positions.move(partition.epoch, partition.partition, end);
    }
  }
  await database.write([{ sql: 'DELETE FROM log WHERE log_offset <= ?', parameters: [end] }], 'ordered');
  const bytes = await journalBytesOf(directory.file);
  let lostEffects = 0;
  for (let cut = syncedBytes[0] ?? 0; cut <= bytes; cut += cut % 3 === 0 ? FRAME_BYTES : FRAME_BYTES / 2) {
    const left = await leftBy(directory.file, directory.path, cut);
    const texts = (sql: string): ReadonlySet<unknown> =>
      new Set(
        left
          .prepare(sql)
          .all()
          .map(({ text }) => text),
      );
    const commands = texts("SELECT command ->> '$.text' AS text FROM log");
    const effects = texts('SELECT text FROM events');
    left.close();
    for (const [index, synced] of syncedBytes.entries()) {
      if (synced > cut) continue;
      const text = `message ${index}`;
      if (!effects.has(text)) lostEffects += 1;
      expect([text, commands.has(text) || effects.has(text)]).toEqual([text, true]);
    }
  }
  expect((bytes - JOURNAL_HEADER_BYTES) % FRAME_BYTES).toBe(0);
  // Else nothing was tried.
  expect(lostEffects).toBeGreaterThan(MESSAGES / 2);
});

test('a commit waits for the disk where a batch in it has to, and only then', () => {
  const connection = new DatabaseSync(':memory:');
  connection.exec('CREATE TABLE keys (name TEXT, key BLOB)');
  const runner = new GroupRunner(connection);
  const run = (durability: Durability): unknown => {
    runner.run({ durability, texts: [], batches: [] });
    return connection.prepare('PRAGMA synchronous').get()?.['synchronous'];
  };
  const [NORMAL, FULL] = [1, 2];
  expect((['synced', 'ordered', 'ordered', 'synced'] as const).map(run)).toEqual([FULL, NORMAL, NORMAL, FULL]);
});

test('a group has to be on the disk where one of its batches has to', async () => {
  const groups: Group[] = [];
  const limits = { writesPendingMax: 10, writesPendingBytesMax: 1_000, groupWritesMax: 2, groupBytesMax: 1_000 };
  const queue = new WriteQueue({ send: (group) => groups.push(group), limits });
  const durabilities = ['ordered', 'ordered', 'ordered', 'synced', 'synced', 'ordered'] as const;
  const writes = durabilities.map((durability) => queue.push([keep('x')], durability));
  await turn();
  for (let group = 0; group < 3; group += 1) queue.settle([[1], [1]]);
  await Promise.all(writes);
  expect(groups.map(({ durability }) => durability)).toEqual(['ordered', 'synced', 'synced']);
});
