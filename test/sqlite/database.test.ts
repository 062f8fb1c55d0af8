import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/sqlite/database.ts';
import { keep, newDirectory } from './directory.ts';

const UNAVAILABLE = { name: 'ParleyError', code: 'UNAVAILABLE' };

test('acknowledges nothing before its commit', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const other = new DatabaseSync(directory.file, { readOnly: true });
  const isThere = other.prepare('SELECT 1 FROM keys WHERE name = ?');
  const missing: string[] = [];
  const write = async (name: string): Promise<void> => {
    await database.write([keep(name)]);
    if (isThere.get(name) === undefined) missing.push(name);
  };
  for (let round = 0; round < 20; round += 1) {
    await Promise.all(Array.from({ length: 50 }, (_, index) => write(`${round}/${index}`)));
  }
  expect(missing).toEqual([]);
  expect(other.prepare('SELECT count(*) AS rows FROM keys').get()).toEqual({ rows: 1_000 });
  other.close();
});

test('a batch that fails takes none of its group with it, and leaves nothing of its own', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const batches = Array.from({ length: 30 }, (_, index) =>
    index % 3 === 1 ? [keep(`half ${index}`), keep('whole 0')] : [keep(`whole ${index}`)],
  );
  const settled = await Promise.allSettled(batches.map((batch) => database.write(batch)));
  for (const [index, result] of settled.entries()) {
    if (index % 3 !== 1) expect(result).toEqual({ status: 'fulfilled', value: [1] });
    else expect(result).toMatchObject({ status: 'rejected', reason: UNAVAILABLE });
  }
  const names = database.query<{ name: string }>('SELECT name FROM keys').all();
  expect(names).toHaveLength(20);
  expect(names.every(({ name }) => name.startsWith('whole'))).toBe(true);
  expect(await database.write([keep('later')])).toEqual([1]);
});

test('leaves out a statement whose condition changed nothing', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const insert = { ...keep('first'), sql: 'INSERT INTO keys (name, key) VALUES (?, ?) ON CONFLICT DO NOTHING' };
  const batch = [insert, { ...keep('second'), given: 0 }, { ...keep('third'), given: 1 }];
  expect(await database.write(batch)).toEqual([1, 1, 1]);
  expect(await database.write(batch)).toEqual([0, 0, 0]);
});

// It once left a hole in the writer's numbers: from then on a text met another's statement.
test('a statement that can not be prepared fails its own batch only', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const failing = database.write([{ sql: 'INSERT INTO nowhere VALUES (1)', parameters: [] }]);
  const beside = database.write([keep('beside')]);
  await expect(failing).rejects.toMatchObject(UNAVAILABLE);
  expect(await beside).toEqual([1]);
  expect(await database.write([keep('after')])).toEqual([1]);
  expect(await database.write([keep('and again')])).toEqual([1]);
});

test('a full disk refuses writes and loses none that was acknowledged; room lets them go on', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const limit = (pages: number) => database.write([{ sql: `PRAGMA max_page_count = ${pages}`, parameters: [] }]);
  await limit(60);
  const settled = await Promise.allSettled(
    Array.from({ length: 400 }, (_, index) => database.write([keep(`key ${index}`, 2_000)])),
  );
  const kept = settled.flatMap(({ status }, index) => (status === 'fulfilled' ? [`key ${index}`] : []));
  const refused = settled.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toMatchObject(UNAVAILABLE);
  const stored = database.query<{ name: string }>('SELECT name FROM keys').all();
  expect(new Set(stored.map(({ name }) => name))).toEqual(new Set(kept));
  await limit(1_000_000);
  expect(await database.write([keep('after', 2_000)])).toEqual([1]);
});

test('finishes what it accepted when it is closed, and refuses the rest', async () => {
  await using directory = await newDirectory();
  const database = await openDatabase({ directory: directory.path });
  const query = database.query('SELECT name FROM keys');
  const accepted = Array.from({ length: 200 }, (_, index) => database.write([keep(`${index}`)]));
  const closing = database.close();
  await expect(database.write([keep('late')])).rejects.toMatchObject(UNAVAILABLE);
  expect(await Promise.all(accepted)).toHaveLength(200);
  await closing;
  await database.close();
  expect(database.isWritable).toBe(false);
  await expect(database.write([keep('later')])).rejects.toMatchObject(UNAVAILABLE);
  expect(() => query.all()).toThrow(expect.objectContaining(UNAVAILABLE));
  const again = await directory.open();
  expect(again.query('SELECT 1 FROM keys').all()).toHaveLength(200);
});

test('refuses a schema that is newer than it knows, and leaves the directory free', async () => {
  await using directory = await newDirectory();
  await (await openDatabase({ directory: directory.path })).close();
  const other = new DatabaseSync(directory.file);
  const { user_version: version } = other.prepare('PRAGMA user_version').get() ?? {};
  other.exec('PRAGMA user_version = 999');
  await expect(openDatabase({ directory: directory.path })).rejects.toThrow(
    /newer version of Parley \(schema 999, this one knows \d+\)/,
  );
  other.exec(`PRAGMA user_version = ${version}`);
  other.close();
  expect((await directory.open()).isWritable).toBe(true);
});

test('says what is wrong with a file that is no database, and with a directory that is a file', async () => {
  await using directory = await newDirectory();
  await writeFile(directory.file, 'these bytes are no database, and there are enough of them to tell'.repeat(20));
  await expect(directory.open()).rejects.toThrow(/DATA_DIR .* can't be used: file is not a database/);
  await expect(openDatabase({ directory: directory.file })).rejects.toThrow(/DATA_DIR .* can't be used: .*EEXIST/);
  await expect(openDatabase({ directory: join(directory.file, 'below') })).rejects.toThrow(/can't be used: .*ENOTDIR/);
});

test('keeps others out of the directory, which holds keys', async () => {
  await using directory = await newDirectory();
  const { mode } = await (async () => {
    const { stat } = await import('node:fs/promises');
    const database = await openDatabase({ directory: join(directory.path, 'deep', 'down') });
    await database.close();
    return stat(join(directory.path, 'deep', 'down'));
  })();
  expect(mode & 0o077).toBe(0);
});
