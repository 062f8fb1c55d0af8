import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UserId } from '../../src/domain/identifier.ts';
import type { Database } from '../../src/sqlite/database.ts';
import { createMemberships } from '../../src/storage/sqlite/memberships.ts';
import { newDirectory } from './directory.ts';

const user = (number: number) => `usr_${number}` as UserId;
const JOIN = `INSERT INTO memberships (channel_id, user_id, role, joined_at, joined_sequence, joined_messages, standing)
  VALUES (?, ?, 'MEMBER', 1, 0, 0, 0)`;
const join = (channel: number, member: number) => ({ sql: JOIN, parameters: [`chn_${channel}`, user(member)] });

async function fill(database: Database, rows: readonly (readonly [channel: number, member: number])[]): Promise<void> {
  await database.write([{ sql: 'DELETE FROM memberships', parameters: [] }, ...rows.map((row) => join(...row))]);
}

test('two share a channel or do not, whoever of them is in more', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const memberships = createMemberships(database);
  const rows = fc.uniqueArray(fc.tuple(fc.nat(6), fc.nat(5)), { maxLength: 30, selector: String });
  await fc.assert(
    fc.asyncProperty(rows, async (all) => {
      await fill(database, all);
      const channelsOf = (member: number) => all.flatMap(([channel, each]) => (each === member ? [channel] : []));
      for (const viewer of [0, 1]) {
        const own = new Set(channelsOf(viewer));
        const expected = [0, 1, 2, 3, 4, 5].filter((other) => channelsOf(other).some((channel) => own.has(channel)));
        const found = await memberships.sharing(user(viewer), [0, 1, 2, 3, 4, 5].map(user));
        expect([...found].toSorted()).toEqual(expected.map(user));
      }
    }),
    { numRuns: 60 },
  );
});

// A hundred strangers of somebody in a thousand channels held up everybody for a tenth of a second.
test('others have their turn while somebody in many channels is compared with many', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const memberships = createMemberships(database);
  const [channels, others] = [500, 60];
  const rows = Array.from({ length: others + 1 }, (_, member) =>
    Array.from({ length: channels }, (_, index) => [member * channels + index, member] as const),
  ).flat();
  await fill(database, rows);
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const wanted = Array.from({ length: others }, (_, index) => user(index + 1));
  expect((await memberships.sharing(user(0), wanted)).size).toBe(0);
  isOver = true;
  expect(turns).toBeGreaterThanOrEqual(4);
});
