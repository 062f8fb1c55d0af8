import { hash } from 'node:crypto';
import type { Delivery } from '../../src/domain/channel.ts';
import { applyCreation, applyEvents, type ChannelView, emptyView } from '../../src/domain/channel-view.ts';
import type { Command } from '../../src/domain/command.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import {
  type ChannelId,
  type MessageId,
  namedMessageId,
  newCommandId,
  newGroupId,
  type UserId,
} from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { Position } from '../../src/domain/position.ts';
import { decide } from '../../src/domain/sequencer.ts';
import type { ChannelEffects } from '../../src/storage/effects.ts';
import type { Storage } from '../../src/storage/storage.ts';

type Act = Command extends infer Each
  ? Each extends Command
    ? Omit<Each, 'id' | 'channelId' | 'at' | 'origin'>
    : never
  : never;

/** Writes one group's history as the sequencer would, and remembers what it wrote. */
export class ChannelAuthor {
  readonly channelId: ChannelId = newGroupId();
  readonly view: ChannelView = emptyView();
  /** Everything that was stored, in the order of the log. */
  readonly written: ChannelEffects[] = [];
  readonly #storage: Storage;
  #offset = 100;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** The first is the owner. */
  async create(memberIds: readonly UserId[], delivery: Delivery = 'PERSIST_FIRST'): Promise<void> {
    const [actorId] = memberIds;
    if (actorId === undefined) throw new Error('A group has a first member');
    const act = { kind: 'CreateChannel', actorId, channelKind: 'GROUP', name: 'Team', delivery, memberIds } as const;
    await this.store(this.#decided(act));
  }

  async send(actorId: UserId, text: string, replyTo: MessageId | null = null): Promise<StoredMessage> {
    const effects = this.sent(actorId, text, replyTo);
    await this.store(effects);
    return this.#messageOf(effects);
  }

  /** Decided, but not stored. */
  sent(actorId: UserId, text: string, replyTo: MessageId | null = null): ChannelEffects {
    const messageId = namedMessageId(this.channelId, actorId, newCommandId());
    return this.#decided({ kind: 'SendMessage', actorId, messageId, text, replyTo, digest: hash('sha256', text) });
  }

  async edit({ id, senderId }: StoredMessage, text: string): Promise<StoredMessage> {
    const effects = this.#decided({ kind: 'EditMessage', actorId: senderId, messageId: id, text });
    await this.store(effects);
    return this.#messageOf(effects);
  }

  async delete({ id, senderId }: StoredMessage): Promise<StoredMessage> {
    const effects = this.#decided({ kind: 'DeleteMessage', actorId: senderId, messageId: id });
    await this.store(effects);
    return this.#messageOf(effects);
  }

  add(actorId: UserId, userIds: readonly UserId[]): Promise<void> {
    return this.store(this.#decided({ kind: 'AddMembers', actorId, userIds }));
  }

  leave(actorId: UserId): Promise<void> {
    return this.store(this.#decided({ kind: 'LeaveChannel', actorId }));
  }

  /** All that was ever stored, again. */
  async writeAgain(): Promise<void> {
    for (const effects of this.written) await this.#storage.effects.store(effects);
  }

  /** The history as every read must show it: messages as they are now. */
  events(): readonly SequencedEvent[] {
    return this.written
      .flatMap((effects) => effects.events)
      .map((event) => ('message' in event ? { ...event, message: this.now(event.message) } : event));
  }

  messages(): readonly StoredMessage[] {
    return this.events().flatMap((event) => (event.kind === 'MessageSent' ? [event.message] : []));
  }

  now(message: StoredMessage): StoredMessage {
    return this.view.messages.get(message.id)?.message ?? message;
  }

  positionOf(message: StoredMessage): Position | undefined {
    return this.view.messages.get(message.id)?.position;
  }

  async store(effects: ChannelEffects): Promise<void> {
    await this.#storage.effects.store(effects);
    this.written.push(effects);
  }

  #messageOf(effects: ChannelEffects): StoredMessage {
    const [event] = effects.events;
    if (event === undefined || !('message' in event)) throw new Error('No message came of it');
    return event.message;
  }

  #decided(act: Act): ChannelEffects {
    const { channelId, view } = this;
    // Offsets may skip.
    this.#offset += 3;
    const position = { epoch: 'epoch-1', partition: 0, offset: this.#offset };
    const at = 1_700_000_000_000 + this.#offset;
    const command: Command = { ...act, id: newCommandId(), channelId, at, origin: 'node-1' };
    const { outcome, creation, events } = decide(view, { position, command });
    if (!outcome.accepted) throw new Error(outcome.refusal.message);
    if (creation !== null) applyCreation(view, creation.channel, creation.members, position);
    applyEvents(view, events);
    return { channelId, creation, events };
  }
}
