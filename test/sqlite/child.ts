import { newUserId } from '../../src/domain/identifier.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';

// Writes for as long as it lives, and prints each thing once it is acknowledged.
const database = await openDatabase({ directory: process.argv[2] ?? '' });
const log = await createSqliteLog(database);
const storage = await createSqliteStorage(database);
process.stdout.write('open\n');

async function write(writer: number): Promise<never> {
  const author = new ChannelAuthor(storage);
  const owner = newUserId();
  await author.create([owner]);
  for (let index = 0; ; index += 1) {
    const message = await author.send(owner, `message ${index} of ${writer}`);
    process.stdout.write(`message ${author.channelId} ${message.sequence} ${message.text}\n`);
    const id = `cmd_${writer}_${index}_${process.pid}`;
    const base = { channelId: author.channelId, actorId: owner, at: index, origin: 'node' };
    await log.append({ ...base, kind: 'LeaveChannel', id: id as never });
    process.stdout.write(`command ${id}\n`);
  }
}

await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
