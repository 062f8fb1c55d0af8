import { expect, test } from 'vitest';
import { newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { until } from '../support/until.ts';
import { newDirectory } from './directory.ts';

const command = () => ({
  ...({ kind: 'LeaveChannel', id: newCommandId(), channelId: newGroupId(), actorId: newUserId() } as const),
  ...{ at: 1, origin: 'node' },
});

// What failed was once kept from everyone: a log that could not be read looked like a log without commands.
test('tells of what fails while it reads, and goes on with the same', async () => {
  await using directory = await newDirectory();
  const errors: unknown[] = [];
  const log = await createSqliteLog(await directory.open(), { onError: (error) => errors.push(error) });
  const fault = new Error('a fault');
  const read: string[] = [];
  let asked = 0;
  const sent = command();
  await log.append(sent);
  const abort = new AbortController();
  log.consume(
    {
      async consumedUpTo() {
        asked += 1;
        if (asked === 1) throw fault;
        return null;
      },
      take: async (records) => void read.push(...records.map((record) => record.command.id)),
      passed: () => {},
      revoked: () => {},
    },
    abort.signal,
  );
  await until('the command to be read', () => read.length > 0);
  expect(errors).toEqual([fault]);
  expect(read).toEqual([sent.id]);
  abort.abort();
  await log.close();
});

test('deletes what has had its effect, at the latest when it is closed', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const log = await createSqliteLog(database);
  const rows = database.query<{ offset: number }>('SELECT log_offset AS "offset" FROM log');
  for (let index = 0; index < 4; index += 1) await log.append(command());
  const given: number[] = [];
  const { signal } = new AbortController();
  log.consume(
    {
      consumedUpTo: async () => null,
      take: async (records) => void given.push(...records.map(({ position }) => position.offset)),
      passed: () => {},
      revoked: () => {},
    },
    signal,
  );
  await until('all to be read', () => given.length === 4);
  const [{ partition } = { partition: { epoch: '', partition: 0 } }] = await log.ends();
  await log.trim({ ...partition, epoch: 'another' }, 4);
  await log.trim(partition, 3);
  await log.close();
  expect(rows.all().map(({ offset }) => offset)).toEqual([4]);
});
