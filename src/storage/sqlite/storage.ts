import type { Database } from '../../sqlite/database.ts';
import type { Storage } from '../storage.ts';
import { createChannels } from './channels.ts';
import { createCheckpoints } from './checkpoints.ts';
import { createEffects } from './effects.ts';
import { createEvents } from './events.ts';
import { createKeys } from './keys.ts';
import { createMemberships } from './memberships.ts';
import { createOutcomes } from './outcomes.ts';
import { createPositions } from './positions.ts';
import { createSessions } from './sessions.ts';
import { createUsers } from './users.ts';

/** The storage of the embedded profile. It neither opens nor closes the database. */
export async function createSqliteStorage(database: Database): Promise<Storage> {
  return {
    users: createUsers(database),
    sessions: createSessions(database),
    channels: createChannels(database),
    memberships: createMemberships(database),
    events: createEvents(database),
    checkpoints: createCheckpoints(database),
    effects: createEffects(database),
    positions: createPositions(database),
    outcomes: createOutcomes(database),
    keys: createKeys(database),
    close: async () => undefined,
  };
}
