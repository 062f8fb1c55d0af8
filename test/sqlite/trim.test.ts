import { expect, test } from 'vitest';
import type { LeaveChannel } from '../../src/domain/command.ts';
import { newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { Consumer } from '../../src/log/log.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { until } from '../support/until.ts';
import { newDirectory } from './directory.ts';

const command = (): LeaveChannel => {
  const base = { id: newCommandId(), channelId: newGroupId(), actorId: newUserId(), at: 1, origin: 'node-1' };
  return { ...base, kind: 'LeaveChannel' };
};

/** A log of ten commands, the offsets that it holds, and a consumer that says how far it has read. */
async function openLog(directory: Awaited<ReturnType<typeof newDirectory>>) {
  const database = await directory.open();
  const log = await createSqliteLog(database);
  for (let index = 0; index < 10; index += 1) await log.append(command());
  const [end] = await log.ends();
  if (end === undefined) throw new Error('The log has no partition');
  const rows = database.query<{ readonly offset: number }>('SELECT log_offset AS "offset" FROM log ORDER BY 1');
  const held = () => rows.all().map(({ offset }) => offset);
  return { database, log, partition: end.partition, held };
}

const readerOf = (read: number[], consumed: number | null = null): Consumer => ({
  consumedUpTo: async () => consumed,
  take: async (records) => void read.push(...records.map(({ position }) => position.offset)),
  passed: () => {},
  revoked: () => {},
});

test('commands that had their effect go by themselves, without a write each', async () => {
  await using directory = await newDirectory();
  const { log, partition, held } = await openLog(directory);
  const read: number[] = [];
  log.consume(readerOf(read), new AbortController().signal);
  await until('all to be read', () => read.length === 10);
  for (const offset of read.slice(0, 7)) await log.trim(partition, offset);
  expect(held()).toEqual(read);
  await until('the trim', () => held().length === 3);
  expect(held()).toEqual(read.slice(7));
});

test('what a former run had consumed goes once the next one says so', async () => {
  await using directory = await newDirectory();
  const { log, held } = await openLog(directory);
  const offsets = held();
  const read: number[] = [];
  log.consume(readerOf(read, offsets[5] ?? null), new AbortController().signal);
  await until('the trim', () => held().length === 4);
  expect(held()).toEqual(read);
});

test('nothing goes that was not read yet, nor anything of another log', async () => {
  await using directory = await newDirectory();
  const { log, partition, held } = await openLog(directory);
  const all = held();
  await log.trim(partition, 1_000_000);
  await log.trim({ ...partition, epoch: 'another' }, 1_000_000);
  await log.close();
  expect(held()).toEqual(all);
});
