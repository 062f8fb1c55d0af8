import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import { openDatabase } from '../../src/sqlite/database.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { newDirectory } from './directory.ts';

test('the file holds nothing of a text that was edited or deleted, not even in its free space', async () => {
  await using directory = await newDirectory();
  const database = await openDatabase({ directory: directory.path });
  const author = new ChannelAuthor(await createSqliteStorage(database));
  const owner = newUserId();
  await author.create([owner]);
  for (let index = 0; index < 40; index += 1) {
    const message = await author.send(owner, `secret ${'of some length '.repeat(index * 20)} ${index}`);
    await author.edit(message, `another secret ${index}`);
    if (index % 2 === 0) await author.delete(message);
    else await author.edit(message, 'open');
  }
  await author.writeAgain();
  await database.close();
  const bytes = await readFile(directory.file);
  expect(bytes.includes('open')).toBe(true);
  expect(bytes.includes('secret')).toBe(false);
  expect(bytes.includes('of some length')).toBe(false);
});
