import { LIMITS } from '../../config/limits.ts';
import type { CommandId } from '../../domain/identifier.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Database } from '../../sqlite/database.ts';
import type { Outcomes } from '../outcomes.ts';

const PUT = 'INSERT OR REPLACE INTO outcomes (command_id, outcome, kept_until) VALUES (?, ?, ?)';
const REMOVE_EXPIRED = 'DELETE FROM outcomes WHERE kept_until < ?';

export function createOutcomes(database: Database): Outcomes {
  const find = database.query<{ readonly commandId: CommandId; readonly outcome: string }>(
    `SELECT command_id AS commandId, outcome FROM json_each(?) AS wanted
      CROSS JOIN outcomes ON command_id = wanted.value`,
  );

  return {
    async put(commandId, outcome) {
      const now = Date.now();
      await database.write([
        { sql: REMOVE_EXPIRED, parameters: [now] },
        { sql: PUT, parameters: [commandId, JSON.stringify(outcome), now + LIMITS.outcomeKeptMs] },
      ]);
    },
    async find(commandIds) {
      const rows = find.all(JSON.stringify(commandIds));
      return new Map(rows.map(({ commandId, outcome }) => [commandId, JSON.parse(outcome) as Outcome]));
    },
  };
}
