import type { ChannelPartsFragment } from '../../schema/generated/client.ts';
import type { Ask } from './authorized.ts';
import { type Channel, type ChannelRecord, recordFrom, refreshed, withCheckpoint, withEvent } from './channel.ts';
import type { ChannelEvent } from './event.ts';
import { MessageView } from './message-view.ts';
import type { User } from './session.ts';
import { Cell, type Signal } from './signal.ts';
import { Typing } from './typing.ts';

export interface ChannelStateOptions {
  readonly id: string;
  readonly ask: Ask;
  readonly viewer: () => User | null;
  /** {@link ChannelState.draw} is to be called soon. */
  readonly changed: (state: ChannelState) => void;
}

/** What one tab knows of one channel. */
export class ChannelState {
  readonly id: string;
  readonly messages: MessageView;
  readonly typing = new Typing();
  readonly #options: ChannelStateOptions;
  readonly #info = new Cell<Channel | null>(null);
  #record: ChannelRecord | null = null;
  #viewers = 0;

  constructor(options: ChannelStateOptions) {
    this.#options = options;
    this.id = options.id;
    this.messages = new MessageView({
      channelId: options.id,
      ask: options.ask,
      viewer: options.viewer,
      progress: () => ({ head: this.#record?.head ?? 0, unread: this.#record?.unread ?? 0 }),
      changed: () => options.changed(this),
    });
  }

  get info(): Signal<Channel | null> {
    return this.#info;
  }

  get record(): ChannelRecord | null {
    return this.#record;
  }

  get isLookedAt(): boolean {
    return this.#viewers > 0;
  }

  look(): void {
    this.#viewers += 1;
    this.load();
  }

  lookAway(): void {
    this.#viewers -= 1;
  }

  /** What could not be read is read when the server can be reached again. */
  load(): void {
    if (this.isLookedAt && this.#record !== null) this.messages.load().catch(() => {});
  }

  /** As the server has it now. `position`: how far its events have come. */
  refresh(parts: ChannelPartsFragment, position: number, activity: number): void {
    const { viewer } = this.#options;
    const viewerId = viewer()?.id ?? '';
    if (this.#record === null || position > this.#record.head) {
      this.messages.clear();
      this.#become(recordFrom(parts, position, activity, viewerId));
      this.load();
    } else {
      this.#become(refreshed(this.#record, parts, activity, viewerId));
    }
  }

  /** False where something was missed. */
  take(event: ChannelEvent, activity: number): boolean {
    const record = this.#record;
    const viewerId = this.#options.viewer()?.id ?? '';
    if (record === null) return true;
    if (event.sequence !== null) {
      if (event.sequence <= record.head) return true;
      if (event.sequence > record.head + 1) return false;
    }
    this.#become(withEvent(record, event, viewerId, activity));
    this.#show(event, viewerId);
    return true;
  }

  /** How far everything is read from now on; null where it was already. */
  readAll(): number | null {
    const record = this.#record;
    if (record === null || record.delivery === 'EPHEMERAL') return null;
    if (record.readUpTo >= record.head) return null;
    this.#become(withCheckpoint(record, record.head, 0));
    return record.head;
  }

  /** The viewer is no member any more, or is somebody else. */
  leave(): void {
    this.#become(null);
    this.typing.clear();
    this.messages.clear();
  }

  draw(): void {
    this.#info.set(this.#record);
    this.messages.draw();
  }

  #show(event: ChannelEvent, viewerId: string): void {
    switch (event.__typename) {
      case 'MessageSent':
        this.messages.sent(event.message);
        this.typing.stopped(event.message.sender.id);
        break;
      case 'MessageEdited':
      case 'MessageDeleted':
        this.messages.edited(event.message);
        break;
      case 'TypingChanged':
        if (event.typing) this.typing.started(event.user);
        else this.typing.stopped(event.user.id);
        break;
      case 'MemberLeft':
        this.typing.stopped(event.user.id);
        if (event.user.id === viewerId) this.leave();
        break;
      case 'CheckpointMoved':
        this.#checkpoint(event.membership.readUpTo);
        break;
    }
  }

  #checkpoint(readUpTo: number): void {
    if (this.#record !== null) {
      this.#become(withCheckpoint(this.#record, readUpTo, this.messages.countAfter(readUpTo)));
    }
  }

  #become(record: ChannelRecord | null): void {
    this.#record = record;
    this.#options.changed(this);
  }
}
