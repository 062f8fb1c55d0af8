import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { until } from '../support/until.ts';
import { watchWorkers } from '../support/workers.ts';
import { keep, newDirectory } from './directory.ts';

const UNAVAILABLE = { name: 'ParleyError', code: 'UNAVAILABLE' };

const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name);

test('where the writer dies, what was on its way is refused, what was acknowledged is there, and what waited is written', async () => {
  await using directory = await newDirectory();
  const workers = watchWorkers();
  const told: unknown[] = [];
  const database = await directory.open({
    limits: { ...LIMITS, groupWritesMax: 20 },
    onError: (error) => told.push(error),
  });
  const stored = database.query<{ readonly name: string }>('SELECT name FROM keys');
  for (let death = 1; death <= 3; death += 1) {
    const writes = Array.from({ length: 1_000 }, (_, index) => database.write([keep(`${death}/${index}`)]));
    const settling = Promise.allSettled(writes);
    await writes[100];
    const [worker] = workers.slice(-1);
    const lost = once(worker as Worker, 'exit');
    await worker?.terminate();
    await lost;
    expect(database.isWritable).toBe(false);
    const settled = await settling;
    expect(database.isWritable).toBe(true);
    // A group was on its way, no more: the others waited for the next writer.
    const refused = settled.filter((result) => result.status === 'rejected');
    expect(refused.length).toBeLessThanOrEqual(20);
    for (const { reason } of refused) expect(reason).toMatchObject(UNAVAILABLE);
    const acknowledged = settled.flatMap(({ status }, index) => (status === 'fulfilled' ? [`${death}/${index}`] : []));
    const there = new Set(names(stored.all()));
    expect(acknowledged.filter((name) => !there.has(name))).toEqual([]);
    expect(told).toHaveLength(death);
  }
  // A text that no writer had seen, and one that only the first had.
  expect(await database.write([{ sql: 'DELETE FROM keys WHERE name = ?', parameters: ['1/0'] }])).toEqual([1]);
  expect(await database.write([keep('after')])).toEqual([1]);
  expect(workers).toHaveLength(4);
});

test('where it dies too often, there is no other: everything is refused, and the rest can be closed', async () => {
  await using directory = await newDirectory();
  const workers = watchWorkers();
  const gone: Error[] = [];
  const limits = { ...LIMITS, writerRestartsMax: 2 };
  const database = await directory.open({ limits, onGone: (error) => gone.push(error) });
  await database.write([keep('before')]);
  for (let death = 1; death <= 3; death += 1) {
    await until('a writer', () => workers.length === death && database.isWritable);
    await workers.at(-1)?.terminate();
  }
  await until('the end', () => gone.length > 0);
  expect(gone).toHaveLength(1);
  expect(database.isWritable).toBe(false);
  await expect(database.write([keep('late')])).rejects.toMatchObject(UNAVAILABLE);
  expect(database.query('SELECT name FROM keys').all()).toHaveLength(1);
  await database.close();
  expect(workers).toHaveLength(3);
  expect(await (await directory.open()).write([keep('after')])).toEqual([1]);
});

test('a database that is closed while its writer is being replaced ends', async () => {
  await using directory = await newDirectory();
  const workers = watchWorkers();
  const database = await directory.open();
  await workers[0]?.terminate();
  await database.close();
  expect(await (await directory.open()).write([keep('after')])).toEqual([1]);
});

// Where the last commit had failed, nothing would have been tried on a node that load balancers leave alone.
test('a disk that takes no writes makes the database not writable until it takes them again', async () => {
  await using directory = await newDirectory();
  const told: unknown[] = [];
  const limits = { ...LIMITS, writeProbeMs: 20 };
  const database = await directory.open({ limits, onError: (error) => told.push(error) });
  const limit = (pages: number) => database.write([{ sql: `PRAGMA max_page_count = ${pages}`, parameters: [] }]);
  await limit(40);
  const fill = async () => {
    for (;;) await database.write([keep(crypto.randomUUID(), 2_000)]);
  };
  await expect(fill()).rejects.toMatchObject(UNAVAILABLE);
  await until('it to be noticed', () => !database.isWritable);
  await limit(1_000_000);
  await until('it to be writable', () => database.isWritable);
  expect(told).toHaveLength(1);
  // One batch that fails by its own fault is not the disk's.
  await database.write([keep('once')]);
  await expect(database.write([keep('once')])).rejects.toMatchObject(UNAVAILABLE);
  await database.write([keep('twice')]);
  expect(database.isWritable).toBe(true);
  expect(told).toHaveLength(1);
});
