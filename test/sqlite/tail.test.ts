import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { LogRecord } from '../../src/domain/sequencer.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { SqliteOffsets } from '../../src/log/sqlite-offsets.ts';
import { until } from '../support/until.ts';
import { newDirectory } from './directory.ts';

const command = () => ({
  ...({ kind: 'LeaveChannel', id: newCommandId(), channelId: newGroupId(), actorId: newUserId() } as const),
  ...{ at: 1, origin: 'node' },
});

/** A consumer that can be held up; it goes on once with {@link HeldUp.release}. */
class HeldUp {
  readonly records: LogRecord[] = [];
  #gate = Promise.withResolvers<void>();

  readonly consumedUpTo = async () => null;
  readonly take = async (records: readonly LogRecord[]) => {
    this.records.push(...records);
    await this.#gate.promise;
  };
  readonly passed = () => {};
  readonly revoked = () => {};

  release(): void {
    this.#gate.resolve();
    this.#gate = Promise.withResolvers();
  }
}

test('gives a command before its commit, with a promise of it', async () => {
  await using directory = await newDirectory();
  const log = await createSqliteLog(await directory.open());
  const happened: string[] = [];
  const consumer = new HeldUp();
  const take = async ([record]: readonly LogRecord[]) => {
    happened.push('taken');
    await record?.durable;
    happened.push('durable');
  };
  log.consume({ ...consumer, take }, new AbortController().signal);
  await turn();
  await log.append(command()).then(() => happened.push('appended'));
  await until('it to be durable', () => happened.length === 3);
  expect(happened[0]).toBe('taken');
  await log.close();
});

test('gives everything once and in order, however far the consumer falls behind its tail', {
  timeout: 60_000,
}, async () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constantFrom('release', 'turn', 'committed')), {
    minLength: 5,
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      await using directory = await newDirectory();
      const log = await createSqliteLog(await directory.open(), { limits: { logTailRecordsMax: 8 } });
      const consumer = new HeldUp();
      const ids: string[] = [];
      const appends: Promise<void>[] = [];
      for (const [index, step] of all.entries()) {
        if (index === 3) log.consume(consumer, new AbortController().signal);
        if (step === 'release') consumer.release();
        if (step === 'turn') await turn();
        if (step === 'committed') await Promise.all(appends);
        if (typeof step !== 'number') continue;
        for (let count = 0; count < step; count += 1) {
          const one = command();
          ids.push(one.id);
          appends.push(log.append(one));
        }
      }
      await Promise.all(appends);
      await until('all to be given', () => {
        consumer.release();
        return consumer.records.length >= ids.length;
      });
      expect(consumer.records.map((record) => record.command.id)).toEqual(ids);
      const offsets = consumer.records.map(({ position }) => position.offset);
      expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
      await log.close();
    }),
    { numRuns: 30 },
  );
});

// A command whose append failed may have had its effect: another at its offset would be taken for done.
test('never gives an offset again, also one whose append never reached the log', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const offsets = await SqliteOffsets.open(database);
  const given = [offsets.take(), offsets.take(), offsets.take()];
  expect(given).toEqual([1, 2, 3]);
  await database.close();
  const next = await SqliteOffsets.open(await directory.open());
  expect(next.take()).toBeGreaterThan(3);
});

test('gives an offset after the other beyond what it had reserved at first', async () => {
  await using directory = await newDirectory();
  const offsets = await SqliteOffsets.open(await directory.open());
  for (let count = 1; count <= 200_000; count += 1) {
    expect(offsets.take()).toBe(count);
    if (count % 10_000 === 0) await until('a reservation', () => offsets.left > 20_000);
  }
});

test('refuses to give an offset that is not reserved', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const offsets = await SqliteOffsets.open(database);
  await database.close();
  const drain = () => {
    for (;;) offsets.take();
  };
  expect(drain).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }));
});
