import type { ChannelId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { channelTopic } from '../pubsub/topics.ts';
import type { Storage } from '../storage/storage.ts';
import { requireMember } from './access.ts';
import type { ServiceRates } from './services.ts';

export interface TypingOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships'>;
  readonly pubsub: PubSub;
  readonly rates: ServiceRates;
  readonly now?: () => number;
}

/** Tells the others that someone types. Nothing is kept; feeds end it by themselves after a while. */
export class Typing {
  readonly #options: TypingOptions;
  readonly #now: () => number;

  constructor(options: TypingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  async set(viewer: Viewer, { channelId, typing }: { channelId: ChannelId; typing: boolean }): Promise<void> {
    const { storage, pubsub, rates } = this.#options;
    rates.take('typing', viewer.userId);
    await requireMember(storage, viewer.userId, channelId);
    const { userId } = viewer;
    const event = { kind: 'TypingChanged', channelId, sequence: null, at: this.#now(), userId, typing } as const;
    await pubsub.publish(channelTopic(channelId), { kind: 'event', event });
  }
}
