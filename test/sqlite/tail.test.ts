import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { LogRecord } from '../../src/domain/sequencer.ts';
import { createSqliteLog } from '../../src/log/sqlite.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
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
    await record?.append?.ended;
    happened.push('durable');
  };
  log.consume({ ...consumer, take }, new AbortController().signal);
  await turn();
  await log.append(command()).then(() => happened.push('appended'));
  await until('it to be durable', () => happened.length === 3);
  expect(happened[0]).toBe('taken');
  await log.close();
});

// An offset that was passed over would be taken for one whose command has had its effect.
test('gives offsets above all that have had an effect, also where none of them is in the log', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const [{ partition } = { partition: null }] = await (await createSqliteLog(database)).ends();
  const { positions } = await createSqliteStorage(database);
  await positions.move(partition?.epoch ?? '', 0, 41);
  const log = await createSqliteLog(database);
  const consumer = new HeldUp();
  log.consume({ ...consumer, consumedUpTo: async () => 41 }, new AbortController().signal);
  await log.append(command());
  await until('it to be given', () => consumer.records.length === 1);
  expect(consumer.records[0]?.position.offset).toBe(42);
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
