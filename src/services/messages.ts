import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Limits } from '../config/limits.ts';
import { badInput, notFound } from '../domain/error.ts';
import type { EphemeralSent } from '../domain/event.ts';
import { type ChannelId, channelOfMessage, type MessageId, namedMessageId } from '../domain/identifier.ts';
import type { Message, StoredMessage } from '../domain/message.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { PubSub } from '../pubsub/pubsub.ts';
import { channelTopic } from '../pubsub/topics.ts';
import type { MessageRange } from '../storage/events.ts';
import type { Storage } from '../storage/storage.ts';
import { NO_TRACER, type Tracer } from '../telemetry/tracer.ts';
import type { Commands } from './commands.ts';
import type { Input } from './input.ts';
import type { Mac } from './mac.ts';
import { RecentMembers } from './recent-members.ts';
import type { ServiceRates } from './services.ts';

export interface MessagePage {
  /** Oldest to newest. */
  readonly messages: readonly StoredMessage[];
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

interface Draft {
  readonly channelId: ChannelId;
  readonly text: string;
  readonly nonce: string;
  readonly replyTo: MessageId | null;
}

export interface MessagesOptions {
  readonly storage: Pick<Storage, 'channels' | 'memberships' | 'events'>;
  readonly pubsub: PubSub;
  readonly commands: Commands;
  readonly input: Input;
  readonly rates: ServiceRates;
  readonly limits: Limits;
  /** Keys the digest by which a retry is told from another text: a reader of the store can't guess texts from it. */
  readonly digests: Mac;
  readonly tracer?: Tracer | undefined;
  readonly now?: () => number;
}

const STORE_LAG_MS_MAX = 1_000;
const LOOK_AGAIN_MS = 25;

export const makeDigestKey = (): Uint8Array => randomBytes(32);

export class Messages {
  readonly #options: MessagesOptions;
  readonly #tracer: Tracer;
  readonly #now: () => number;
  readonly #members: RecentMembers;

  constructor(options: MessagesOptions) {
    this.#options = options;
    this.#members = new RecentMembers(options);
    this.#tracer = options.tracer ?? NO_TRACER;
    this.#now = options.now ?? Date.now;
  }

  async send(viewer: Viewer, draft: Draft): Promise<Message> {
    const { rates, input } = this.#options;
    rates.take('message', viewer.userId);
    input.text(draft.text);
    input.nonce(draft.nonce);
    const channel = await this.#members.channelFor(viewer.userId, draft.channelId);
    if (channel.delivery === 'EPHEMERAL') return this.#push(viewer, draft);
    return this.append(viewer, draft);
  }

  /** Puts a message that has been checked into the log. `at` is given by imports only. */
  async append(viewer: Pick<Viewer, 'userId'>, draft: Draft, at?: number): Promise<Message> {
    const { channelId, text, replyTo } = draft;
    const messageId = namedMessageId(channelId, viewer.userId, draft.nonce);
    const digest = this.#digest(draft);
    const body = { kind: 'SendMessage', channelId, messageId, text, replyTo, digest } as const;
    return existing(await this.#options.commands.run(viewer.userId, body, at));
  }

  async edit(viewer: Viewer, { messageId, text }: { messageId: MessageId; text: string }): Promise<Message> {
    const { storage, rates, input, commands } = this.#options;
    rates.take('message', viewer.userId);
    input.text(text);
    const channelId = channelOfMessage(messageId);
    await this.#requireChannelOf(viewer, messageId, storage);
    return existing(await commands.run(viewer.userId, { kind: 'EditMessage', channelId, messageId, text }));
  }

  /** Idempotent: a message that is deleted already is given back as it is. */
  async delete(viewer: Viewer, { messageId }: { messageId: MessageId }): Promise<Message> {
    const { storage, rates, commands } = this.#options;
    rates.take('message', viewer.userId);
    const channelId = channelOfMessage(messageId);
    await this.#requireChannelOf(viewer, messageId, storage);
    return existing(await commands.run(viewer.userId, { kind: 'DeleteMessage', channelId, messageId }));
  }

  /** Of a channel that the viewer has been found to be a member of. */
  async page(channelId: ChannelId, range: MessageRange): Promise<MessagePage> {
    const { events } = this.#options.storage;
    const found = await events.messages(channelId, { ...range, limit: range.limit + 1 });
    const isMore = found.length > range.limit;
    const { after, before } = range;
    const fromNewest = range.from === 'newest';
    const messages = isMore ? (fromNewest ? found.slice(1) : found.slice(0, -1)) : found;
    return {
      messages,
      hasOlder: (isMore && fromNewest) || (after !== null && (await this.#isAny(channelId, { before: after + 1 }))),
      hasNewer: (isMore && !fromNewest) || (before !== null && (await this.#isAny(channelId, { after: before - 1 }))),
    };
  }

  /** Of a channel that the viewer has been found to be a member of; null where the sequence is no message's. */
  at(channelId: ChannelId, sequence: number): Promise<StoredMessage | null> {
    return this.#options.storage.events.messageAt(channelId, sequence);
  }

  /** Those in channels of which the viewer is a member. */
  async byIds(viewer: Viewer, ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Message>> {
    const { storage } = this.#options;
    const channelIds = [...new Set(ids.map(channelOfMessage))];
    const memberships = await Promise.all(channelIds.map((id) => storage.memberships.find(id, viewer.userId)));
    const own = new Set(memberships.map((membership) => membership?.channelId));
    return this.#stored(ids.filter((id) => own.has(channelOfMessage(id))));
  }

  /**
   * Those that messages answer which the viewer has been shown: they are of the same channels. They exist, so one that
   * is missing has been pushed and not stored yet: its batch is waited for, up to a second.
   */
  async answered(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Message>> {
    const deadline = performance.now() + STORE_LAG_MS_MAX;
    let found = await this.#stored(ids);
    while (found.size < ids.length && performance.now() < deadline) {
      await delay(LOOK_AGAIN_MS);
      found = await this.#stored(ids);
    }
    return found;
  }

  async #stored(ids: readonly MessageId[]): Promise<ReadonlyMap<MessageId, Message>> {
    const { events } = this.#options.storage;
    const found = new Map<MessageId, Message>();
    for (const [channelId, messageIds] of Map.groupBy(ids, channelOfMessage)) {
      for (const [id, { message }] of await events.messagesById(channelId, messageIds)) found.set(id, message);
    }
    return found;
  }

  async #isAny(channelId: ChannelId, bounds: { after?: number; before?: number }): Promise<boolean> {
    const { after = null, before = null } = bounds;
    const range: MessageRange = { after, before, limit: 1, from: 'oldest' };
    return (await this.#options.storage.events.messages(channelId, range)).length > 0;
  }

  /** Whoever may not know of the channel learns nothing of its messages. */
  async #requireChannelOf(viewer: Viewer, messageId: MessageId, storage: MessagesOptions['storage']): Promise<void> {
    const membership = await storage.memberships.find(channelOfMessage(messageId), viewer.userId);
    if (membership === null) throw notFound('message');
  }

  async #push(viewer: Viewer, draft: Draft): Promise<Message> {
    if (draft.replyTo !== null) throw badInput('replyTo', 'Messages of an EPHEMERAL channel are not kept to reply to.');
    const at = this.#now();
    const message: Message = {
      id: namedMessageId(draft.channelId, viewer.userId, draft.nonce),
      channelId: draft.channelId,
      sequence: null,
      senderId: viewer.userId,
      text: draft.text,
      replyTo: null,
      digest: '',
      createdAt: at,
      editedAt: null,
      deletedAt: null,
    };
    const event: EphemeralSent = { kind: 'EphemeralSent', channelId: draft.channelId, sequence: null, at, message };
    const span = this.#tracer.root('push EphemeralSent');
    const trace = span === null ? {} : { trace: span.context };
    await this.#options.pubsub
      .publish(channelTopic(draft.channelId), { kind: 'event', event, ...trace })
      .finally(() => span?.end());
    return message;
  }

  #digest({ text, replyTo }: Draft): string {
    return this.#options.digests.of(JSON.stringify([text, replyTo]));
  }
}

function existing(message: Message | null): Message {
  if (message === null) throw new Error('A message command was accepted without its message.');
  return message;
}
