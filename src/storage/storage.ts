import type { Channels } from './channels.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Effects } from './effects.ts';
import type { Events } from './events.ts';
import type { Keys } from './keys.ts';
import type { Memberships } from './memberships.ts';
import type { Outcomes } from './outcomes.ts';
import type { Positions } from './positions.ts';
import type { Sessions } from './sessions.ts';
import type { Users } from './users.ts';

/**
 * State and history. Whatever a write's promise has resolved for, any later read sees. Ids that do not exist are absent
 * from the maps that are returned. Rejects only with what the caller may retry: reads and writes are idempotent.
 */
export interface Storage {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly channels: Channels;
  readonly memberships: Memberships;
  readonly events: Events;
  readonly checkpoints: Checkpoints;
  readonly effects: Effects;
  readonly positions: Positions;
  readonly outcomes: Outcomes;
  readonly keys: Keys;
  close(): Promise<void>;
}
