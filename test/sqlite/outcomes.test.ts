import { expect, test } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { newCommandId } from '../../src/domain/identifier.ts';
import { accepted } from '../../src/domain/outcome.ts';
import { createOutcomes } from '../../src/storage/sqlite/outcomes.ts';
import { newDirectory } from './directory.ts';

test('an outcome is kept for a day, and gone from the database after the next one', async () => {
  await using directory = await newDirectory();
  const database = await directory.open();
  const outcomes = createOutcomes(database);
  const [old, young, next] = [newCommandId(), newCommandId(), newCommandId()];
  await outcomes.put(old, accepted());
  await outcomes.put(young, accepted());
  const age = (commandId: string, ms: number) =>
    database.write([
      { sql: 'UPDATE outcomes SET kept_until = kept_until - ? WHERE command_id = ?', parameters: [ms, commandId] },
    ]);
  await age(old, LIMITS.outcomeKeptMs + 1);
  await age(young, LIMITS.outcomeKeptMs - 60_000);
  await outcomes.put(next, accepted());
  expect([...(await outcomes.find([old, young, next])).keys()]).toEqual([young, next]);
  expect(database.query('SELECT 1 FROM outcomes').all()).toHaveLength(2);
});
