import { LIMITS } from '../../src/config/limits.ts';
import type { Head } from '../../src/domain/channel.ts';
import type { ChannelEvent, EphemeralSent, MemberLeft, SequencedEvent, TypingChanged } from '../../src/domain/event.ts';
import {
  type ChannelId,
  namedMessageId,
  newCommandId,
  newGroupId,
  newSessionId,
  newUserId,
  type UserId,
} from '../../src/domain/identifier.ts';
import { joinStanding, type Membership } from '../../src/domain/membership.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import { createMemoryPubSub } from '../../src/pubsub/memory.ts';
import type { PubSub } from '../../src/pubsub/pubsub.ts';
import { type ChannelHint, channelTopic, type UserHint, userTopic } from '../../src/pubsub/topics.ts';
import type { StreamLimits, StreamStorage } from '../../src/stream/context.ts';
import { Hub } from '../../src/stream/hub.ts';
import type { StreamViewer } from '../../src/stream/reader.ts';

export const viewer = (userId: UserId = newUserId()): StreamViewer => ({ userId, sessionId: newSessionId() });

/** A channel's events as the sequencer makes them, of which the store has the first `stored`. */
export class ModelChannel {
  readonly id: ChannelId = newGroupId();
  readonly events: SequencedEvent[] = [];
  readonly members = new Map<UserId, Membership>();
  stored = 0;
  #messages = 0;
  #made = 0;

  constructor(members: readonly UserId[] = []) {
    for (const userId of members) this.members.set(userId, this.#membership(userId, 0));
  }

  get head(): number {
    return this.events.length;
  }

  send(sender: UserId, text = 'hello'): SequencedEvent & { message: StoredMessage } {
    const base = this.#base(1);
    this.#made += 1;
    const message: StoredMessage = {
      id: namedMessageId(this.id, sender, String(this.#made)),
      channelId: this.id,
      sequence: base.sequence,
      senderId: sender,
      text,
      replyTo: null,
      digest: '',
      createdAt: base.at,
      editedAt: null,
      deletedAt: null,
    };
    return this.#add({ ...base, kind: 'MessageSent', message });
  }

  edit(message: StoredMessage, text: string): SequencedEvent {
    const base = this.#base();
    return this.#add({ ...base, kind: 'MessageEdited', message: { ...message, text, editedAt: base.at } });
  }

  delete(message: StoredMessage): SequencedEvent {
    const base = this.#base();
    return this.#add({ ...base, kind: 'MessageDeleted', message: { ...message, text: '', deletedAt: base.at } });
  }

  join(userId: UserId): SequencedEvent {
    const base = this.#base();
    const membership = this.#membership(userId, base.sequence);
    this.members.set(userId, membership);
    return this.#add({ ...base, kind: 'MemberJoined', membership });
  }

  leave(userId: UserId): MemberLeft {
    this.members.delete(userId);
    return this.#add({ ...this.#base(), kind: 'MemberLeft', userId, successorId: null });
  }

  ephemeral(sender: UserId, nonce: string, text = 'psst'): EphemeralSent {
    const id = namedMessageId(this.id, sender, nonce);
    const rest = { replyTo: null, digest: '', createdAt: 1, editedAt: null, deletedAt: null };
    const message = { id, channelId: this.id, sequence: null, senderId: sender, text, ...rest };
    return { kind: 'EphemeralSent', channelId: this.id, sequence: null, at: 1, message };
  }

  typing(userId: UserId, typing = true): TypingChanged {
    return { kind: 'TypingChanged', channelId: this.id, sequence: null, at: 1, userId, typing };
  }

  /** The stored events after a sequence, every message as the stored ones leave it. */
  after(sequence: number, limit: number): readonly SequencedEvent[] {
    const now = new Map<string, StoredMessage>();
    const stored = this.events.slice(0, this.stored);
    for (const event of stored) if ('message' in event) now.set(event.message.id, event.message);
    return stored
      .slice(sequence, sequence + limit)
      .map((event) =>
        'message' in event ? { ...event, message: now.get(event.message.id) ?? event.message } : { ...event },
      );
  }

  #add<Event extends SequencedEvent>(event: Event): Event {
    this.events.push(event);
    return event;
  }

  #base(messages = 0) {
    this.#messages += messages;
    const sequence = this.head + 1;
    const position = { epoch: 'e', partition: 0, offset: sequence };
    const rest = { at: sequence, messages: this.#messages, commandId: newCommandId(), position, part: 0, parts: 1 };
    return { channelId: this.id, sequence, ...rest };
  }

  #membership(userId: UserId, sequence: number): Membership {
    const rest = { joinedAt: sequence, joinedSequence: sequence, joinedMessages: 0, standing: joinStanding(sequence) };
    return { channelId: this.id, userId, role: 'MEMBER', ...rest };
  }
}

/** The store's side that streams read, deterministic, with the reads counted and failures on demand. */
export class ModelStorage implements StreamStorage {
  readonly all = new Map<ChannelId, ModelChannel>();
  readonly reads = { heads: 0, find: 0, ofUser: 0, after: 0 };
  failures = 0;
  /** Runs when a membership has been looked up and before it is given; to put something between two reads. */
  beforeFind: () => void | Promise<void> = () => {};

  readonly channels: StreamStorage['channels'] & { heads: StreamStorage['channels']['heads'] } = {
    heads: async (ids: readonly ChannelId[]): Promise<ReadonlyMap<ChannelId, Head>> => {
      this.#read('heads');
      return new Map(
        ids.flatMap((id) => {
          const channel = this.all.get(id);
          return channel === undefined ? [] : [[id, { sequence: channel.stored, messages: 0, activeAt: 0 }] as const];
        }),
      );
    },
  };

  readonly memberships = {
    find: async (channelId: ChannelId, userId: UserId): Promise<Membership | null> => {
      this.#read('find');
      const found = this.all.get(channelId)?.members.get(userId) ?? null;
      await this.beforeFind();
      return found;
    },
    ofUser: async (userId: UserId): Promise<readonly Membership[]> => {
      this.#read('ofUser');
      const found = [...this.all.values()].flatMap((channel) => channel.members.get(userId) ?? []);
      await this.beforeFind();
      return found;
    },
  };

  readonly events = {
    after: async (channelId: ChannelId, sequence: number, limit: number): Promise<readonly SequencedEvent[]> => {
      this.#read('after');
      return this.all.get(channelId)?.after(sequence, limit) ?? [];
    },
  };

  add(channel: ModelChannel): ModelChannel {
    this.all.set(channel.id, channel);
    return channel;
  }

  #read(what: keyof ModelStorage['reads']): void {
    this.reads[what] += 1;
    if (this.failures === 0) return;
    this.failures -= 1;
    throw new Error('the store is away');
  }
}

export interface World {
  readonly pubsub: PubSub;
  readonly storage: ModelStorage;
  readonly hub: Hub;
  readonly errors: unknown[];
  channel(...members: readonly UserId[]): ModelChannel;
  /** Stores the channel up to its head and tells its feeds of the events given. */
  publish(channel: ModelChannel, ...events: readonly ChannelEvent[]): Promise<void>;
  hint(channel: ModelChannel, hint: ChannelHint): Promise<void>;
  tell(userId: UserId, hint: UserHint): Promise<void>;
}

export function createWorld(
  limits: Partial<StreamLimits> = {},
  pubsub: PubSub = createMemoryPubSub(),
  partitionOf: (channelId: ChannelId) => number = () => 0,
): World {
  const storage = new ModelStorage();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const hub = new Hub({ pubsub, storage, limits: { ...LIMITS, ...limits }, partitionOf, onError });
  const hint = async (channel: ModelChannel, what: ChannelHint) => {
    await pubsub.publish(channelTopic(channel.id), what);
  };
  return {
    pubsub,
    storage,
    hub,
    errors,
    channel: (...members) => storage.add(new ModelChannel(members)),
    async publish(channel, ...events) {
      channel.stored = channel.head;
      for (const event of events) await hint(channel, { kind: 'event', event });
    },
    hint,
    async tell(userId, what) {
      await pubsub.publish(userTopic(userId), what);
    },
  };
}

export const noOverflow = (): void => {
  throw new Error('overflowed');
};

/** The next `count` events. */
export async function take(stream: AsyncIterator<ChannelEvent>, count: number): Promise<ChannelEvent[]> {
  const events: ChannelEvent[] = [];
  while (events.length < count) {
    const result = await stream.next();
    if (result.done === true) break;
    events.push(result.value);
  }
  return events;
}

export const sequences = (events: readonly ChannelEvent[]): (number | null)[] => events.map(({ sequence }) => sequence);

export const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);

/** Whether the stream gives nothing for as long as what has been set off takes to arrive. The event that comes later is still `next`'s. */
export async function isSilent(next: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => {
    settled = true;
  };
  next.then(settle, settle);
  for (let turn = 0; turn < 20 && !settled; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  return !settled;
}
