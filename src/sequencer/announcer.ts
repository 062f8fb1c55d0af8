import type { Command } from '../domain/command.ts';
import type { SequencedEvent } from '../domain/event.ts';
import type { ChannelId, UserId } from '../domain/identifier.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Creation } from '../domain/sequencer.ts';
import type { PubSub, Topic } from '../pubsub/pubsub.ts';
import { channelTopic, nodeTopic, userTopic } from '../pubsub/topics.ts';
import { persist } from './persist.ts';

/** Tells feeds, users and senders what was decided. A publish is repeated until the bus takes it. */
export class Announcer {
  readonly #pubsub: PubSub;
  readonly #failed: (error: unknown) => void;
  readonly #signal: AbortSignal;

  constructor(pubsub: PubSub, failed: (error: unknown) => void, signal: AbortSignal) {
    this.#pubsub = pubsub;
    this.#failed = failed;
    this.#signal = signal;
  }

  async created({ channel, members }: Creation): Promise<void> {
    for (const { userId } of members) await this.#joined(userId, channel.id, 0);
  }

  /** The trace goes with the events, so that the nodes that deliver them add to it. */
  async happened(events: readonly SequencedEvent[], trace?: string): Promise<void> {
    const traced = trace === undefined ? {} : { trace };
    for (const event of events) {
      await this.#publish(channelTopic(event.channelId), { kind: 'event', event, ...traced });
      if (event.kind === 'MemberJoined') {
        await this.#joined(event.membership.userId, event.channelId, event.sequence);
      }
    }
  }

  stored(channelId: ChannelId, head: number): Promise<void> {
    return this.#publish(channelTopic(channelId), { kind: 'stored', head });
  }

  answered(command: Command, outcome: Outcome): Promise<void> {
    return this.#publish(nodeTopic(command.origin), { commandId: command.id, outcome });
  }

  /** For those who wait in vain: no outcome, so nothing depends on whether it arrives. */
  delayed({ id, channelId, origin }: Command, delayedMs: number): void {
    this.#pubsub.publish(nodeTopic(origin), { commandId: id, channelId, delayedMs }).catch(this.#failed);
  }

  #joined(userId: UserId, channelId: ChannelId, sequence: number): Promise<void> {
    return this.#publish(userTopic(userId), { kind: 'joined', channelId, sequence });
  }

  #publish<Payload>(topic: Topic<Payload>, payload: Payload): Promise<void> {
    return persist(() => this.#pubsub.publish(topic, payload), this.#failed, this.#signal);
  }
}
