import type { SequencedEvent } from '../../src/domain/event.ts';
import { type ChannelId, namedMessageId, newCommandId, newGroupId, newUserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import type { Storage } from '../../src/storage/storage.ts';

/** As many as the sequencer stores in one call. */
const EVENTS_PER_STORE = 500;

/** A channel of as many events as wanted, written straight to the store. */
export class LongChannel {
  readonly channelId: ChannelId = newGroupId();
  readonly ownerId = newUserId();
  readonly events: SequencedEvent[] = [];
  readonly #storage: Storage;
  #messages: StoredMessage[] = [];
  #waiting: SequencedEvent[] = [];

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async create(): Promise<void> {
    const { channelId, ownerId } = this;
    const channel = { id: channelId, kind: 'GROUP', name: 'Long', delivery: 'PUSH_FIRST', createdAt: 1 } as const;
    const standing = { joinedAt: 1, joinedSequence: 0, joinedMessages: 0, standing: 0 };
    const members = [{ channelId, userId: ownerId, role: 'OWNER', ...standing } as const];
    const creation = { channel, members, position: { epoch: 'epoch', partition: 0, offset: 0 } };
    await this.#storage.effects.store({ channelId, creation, events: [] });
  }

  get messages(): readonly StoredMessage[] {
    return this.#messages;
  }

  send(text = `message ${this.events.length + 1}`): StoredMessage {
    const { channelId, ownerId } = this;
    const message: StoredMessage = {
      id: namedMessageId(channelId, ownerId, newCommandId()),
      channelId,
      sequence: this.events.length + 1,
      senderId: ownerId,
      text,
      replyTo: null,
      digest: 'digest',
      createdAt: 1_000 + this.events.length,
      editedAt: null,
      deletedAt: null,
    };
    this.#messages.push(message);
    this.#add({ ...this.#base(), kind: 'MessageSent', message });
    return message;
  }

  /** Of the newest message. */
  edit(): void {
    const index = this.#messages.length - 1;
    const before = this.#messages[index];
    if (before === undefined) throw new Error('There is no message to edit');
    const message = { ...before, text: `edit ${this.events.length + 1}`, editedAt: this.#base().at };
    this.#messages[index] = message;
    this.#add({ ...this.#base(), kind: 'MessageEdited', message });
  }

  /** Stores what was not stored yet. */
  async store(): Promise<void> {
    for (let from = 0; from < this.#waiting.length; from += EVENTS_PER_STORE) {
      const events = this.#waiting.slice(from, from + EVENTS_PER_STORE);
      await this.#storage.effects.store({ channelId: this.channelId, creation: null, events });
    }
    this.#waiting = [];
  }

  /** The events with every message as it is now. */
  now(): readonly SequencedEvent[] {
    const bySequence = new Map(this.#messages.map((message) => [message.sequence, message]));
    return this.events.map((event) =>
      'message' in event ? { ...event, message: bySequence.get(event.message.sequence) ?? event.message } : event,
    );
  }

  #base() {
    const sequence = this.events.length + 1;
    return {
      channelId: this.channelId,
      sequence,
      at: 1_000 + this.events.length,
      messages: this.#messages.length,
      commandId: newCommandId(),
      position: { epoch: 'epoch', partition: 0, offset: sequence },
      part: 0,
      parts: 1,
    };
  }

  #add(event: SequencedEvent): void {
    this.events.push(event);
    this.#waiting.push(event);
  }
}
