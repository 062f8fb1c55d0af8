import { LIMITS } from '../../config/limits.ts';
import type { CommandId } from '../../domain/identifier.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Outcomes } from '../outcomes.ts';
import { KeyedReads } from './keyed-reads.ts';
import type { Session } from './session.ts';

interface OutcomeRow {
  readonly command_id: CommandId;
  readonly outcome: string;
}

const PUT = 'INSERT INTO outcomes (command_id, outcome) VALUES (?, ?) USING TTL ?';
const KEPT_SECONDS = LIMITS.outcomeKeptMs / 1_000;

export function createOutcomes(session: Session): Outcomes {
  const rows = new KeyedReads<OutcomeRow>(session, 'SELECT command_id, outcome FROM outcomes', 'command_id');

  return {
    async put(commandId, outcome) {
      const parameters = [commandId, JSON.stringify(outcome), KEPT_SECONDS];
      await session.write([{ cql: PUT, parameters, group: `command ${commandId}` }]);
    },
    async find(commandIds) {
      const found = await rows.rows(commandIds);
      return new Map(found.map(({ command_id, outcome }) => [command_id, JSON.parse(outcome) as Outcome]));
    },
  };
}
