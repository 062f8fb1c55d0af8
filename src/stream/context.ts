import type { PubSub } from '../pubsub/pubsub.ts';
import type { Channels } from '../storage/channels.ts';
import type { Events } from '../storage/events.ts';
import type { Memberships } from '../storage/memberships.ts';
import type { Tracer } from '../telemetry/tracer.ts';
import type { StreamCounts } from './counts.ts';

/** What streams read of the store. */
export interface StreamStorage {
  readonly channels: Pick<Channels, 'heads'>;
  readonly memberships: Pick<Memberships, 'find' | 'ofUser'>;
  readonly events: Pick<Events, 'after'>;
}

export type StreamLimits = Readonly<
  Record<
    | 'queueSoftBytes'
    | 'rejoinsMax'
    | 'queueHardBytes'
    | 'earlyEventsMax'
    | 'heldEventsMax'
    | 'catchUpPageEvents'
    | 'feedEventsMax'
    | 'feedBytesMax'
    | 'feedLingerMs'
    | 'positionWaitMs'
    | 'typingMs',
    number
  >
>;

/** What every part of the stream layer works with. */
export interface StreamContext {
  readonly pubsub: Pick<PubSub, 'subscribe' | 'publish' | 'shardOf' | 'onReconnect'>;
  readonly storage: StreamStorage;
  readonly limits: StreamLimits;
  readonly counts: StreamCounts;
  readonly tracer: Tracer;
  /** Told what went wrong where nobody waits for it: a failed read that is tried again, an exception in a reader. Must not throw. */
  readonly onError: (error: unknown) => void;
}
