import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { DataDirectory } from '../../src/sqlite/data-directory.ts';
import { Database } from '../../src/sqlite/database.ts';
import { keep, newDirectory } from './directory.ts';

const UNAVAILABLE = { name: 'ParleyError', code: 'UNAVAILABLE' };
const WRITER = new URL('../../src/sqlite/writer.ts', import.meta.url);

test('the death of the writer refuses what waits and what comes, keeps what was acknowledged, and lets the rest close', async () => {
  await using directory = await newDirectory();
  const dataDirectory = new DataDirectory(directory.path);
  const worker = new Worker(WRITER, { workerData: dataDirectory.databaseFile });
  await once(worker, 'message');
  const limits = { ...LIMITS, groupWritesMax: 20 };
  const database = new Database(dataDirectory, worker, limits);
  const names = database.query('SELECT name FROM keys');

  const writes = Array.from({ length: 1_000 }, (_, index) => database.write([keep(`${index}`)]));
  const settling = Promise.allSettled(writes);
  await writes[100];
  await worker.terminate();
  const settled = await settling;

  const refused = settled.filter((result) => result.status === 'rejected');
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) expect(reason).toMatchObject(UNAVAILABLE);
  await expect(database.write([keep('late')])).rejects.toMatchObject(UNAVAILABLE);
  expect(database.isWritable).toBe(false);

  const acknowledged = settled.flatMap(({ status }, index) => (status === 'fulfilled' ? [`${index}`] : []));
  expect(names.all().length).toBeGreaterThanOrEqual(acknowledged.length);
  await database.close();
  const again = await directory.open();
  const stored = new Set(
    again
      .query<{ readonly name: string }>('SELECT name FROM keys')
      .all()
      .map(({ name }) => name),
  );
  expect(acknowledged.filter((name) => !stored.has(name))).toEqual([]);
  expect(await again.write([keep('after')])).toEqual([1]);
});
