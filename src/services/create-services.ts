import type { Limits } from '../config/limits.ts';
import type { Discovery } from '../discovery/discovery.ts';
import type { Log } from '../log/log.ts';
import type { Presence } from '../presence/presence.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { Submissions } from '../sequencer/submissions.ts';
import type { Storage } from '../storage/storage.ts';
import type { Hub } from '../stream/hub.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import { Accounts } from './accounts.ts';
import { ChannelRoom } from './channel-room.ts';
import { Channels } from './channels.ts';
import { Checkpoints } from './checkpoints.ts';
import { type Answered, Commands } from './commands.ts';
import { Endpoints } from './endpoints.ts';
import { Imports } from './imports.ts';
import { Input } from './input.ts';
import { Mac } from './mac.ts';
import { Memberships } from './memberships.ts';
import { Messages, makeDigestKey } from './messages.ts';
import { Passwords } from './passwords.ts';
import { Positions } from './positions.ts';
import { PresenceService } from './presence.ts';
import { Rates } from './rates.ts';
import type { Services } from './services.ts';
import { Timeline } from './timeline.ts';
import { Tokens } from './tokens.ts';
import { Typing } from './typing.ts';
import { UserHints } from './user-hints.ts';

export interface ServicesOptions {
  readonly storage: Storage;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly presence: Presence;
  readonly discovery: Discovery;
  readonly hub: Hub;
  readonly submissions: Submissions;
  readonly limits: Limits;
  readonly node: string;
  readonly region: string;
  readonly presenceTtlMs: number;
  readonly rateLimits: boolean;
  readonly importToken: string | null;
  readonly answered?: Answered;
  readonly tracer?: Tracer;
  /** Told of failures that no request waits for. */
  readonly failed: (error: unknown) => void;
}

export async function createServices(options: ServicesOptions): Promise<Services> {
  const { storage, limits } = options;
  const tokens = await Tokens.create(storage.keys);
  const digests = new Mac(await storage.keys.ensure('message-digest', makeDigestKey));
  const rates = new Rates(limits, options.rateLimits);
  const input = new Input(limits);
  const commands = new Commands(options);
  const positions = new Positions(options);
  const room = new ChannelRoom(options);
  const userHints = new UserHints(options.pubsub, options.failed);
  const shared = { ...options, userHints, rates, input, commands, positions, room };
  const channels = new Channels(shared);
  const messages = new Messages({ ...shared, digests });
  const checkpoints = new Checkpoints(shared);
  const memberships = new Memberships({ ...shared, channels });
  return {
    accounts: new Accounts({ ...shared, tokens, passwords: new Passwords(limits) }),
    channels,
    memberships,
    messages,
    checkpoints,
    presence: new PresenceService({ ...shared, ttlMs: options.presenceTtlMs }),
    timeline: new Timeline({ ...shared, checkpoints }),
    typing: new Typing(shared),
    endpoints: new Endpoints(options),
    imports: new Imports({ ...shared, memberships, messages }),
  };
}
