import type { Limits } from '../config/limits.ts';
import type { Accounts } from './accounts.ts';
import type { Channels } from './channels.ts';
import type { Checkpoints } from './checkpoints.ts';
import type { Endpoints } from './endpoints.ts';
import type { Imports } from './imports.ts';
import type { Memberships } from './memberships.ts';
import type { Messages } from './messages.ts';
import type { PresenceService } from './presence.ts';
import type { Rates } from './rates.ts';
import type { Timeline } from './timeline.ts';
import type { Typing } from './typing.ts';

export type ServiceRates = Rates<keyof Limits['rates']>;

/** Everything that a member can do. Each throws a ParleyError with a code for the client. */
export interface Services {
  readonly accounts: Accounts;
  readonly channels: Channels;
  readonly memberships: Memberships;
  readonly messages: Messages;
  readonly checkpoints: Checkpoints;
  readonly presence: PresenceService;
  readonly timeline: Timeline;
  readonly typing: Typing;
  readonly endpoints: Endpoints;
  readonly imports: Imports;
}
