import type { Discovery } from '../discovery/discovery.ts';
import type { Log } from '../log/log.ts';
import type { Presence } from '../presence/presence.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import type { Storage } from '../storage/storage.ts';

/** One implementation of each port. What a profile lacks, no node of it has. */
export interface Profile extends AsyncDisposable {
  readonly storage: Storage;
  readonly log: Log;
  readonly pubsub: PubSub;
  readonly presence: Presence;
  readonly discovery: Discovery;
  /** False while nothing can be written: the node is not ready then. */
  readonly isWritable: () => boolean;
}
