import {
  ClientAddMembersDocument,
  ClientDeleteMessageDocument,
  ClientEditMessageDocument,
  ClientLeaveChannelDocument,
  ClientMarkReadDocument,
  ClientRemoveMemberDocument,
  ClientSetTypingDocument,
} from '../../schema/generated/client.ts';
import type { AgentCaller } from './agent-caller.ts';
import type { Ask } from './authorized.ts';
import type { Channel } from './channel.ts';
import type { ChannelState } from './channel-state.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { listMembers, type Member } from './members.ts';
import type { MessageList } from './message-view.ts';
import { uuid } from './random.ts';
import type { User } from './session.ts';
import type { Signal } from './signal.ts';
import { Throttle } from './throttle.ts';

export interface ChatChannelOptions {
  readonly state: ChannelState;
  readonly ask: Ask;
  readonly agent: AgentCaller;
  /** Somebody begins to look at the channel; returns how to stop. */
  readonly open: () => () => void;
}

/** A channel: what is shown of it, and what a member can do there. */
export class ChatChannel {
  readonly id: string;
  readonly #options: ChatChannelOptions;
  readonly #reading = new Throttle(CLIENT_LIMITS.markReadEveryMs);
  #typedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChatChannelOptions) {
    this.#options = options;
    this.id = options.state.id;
  }

  /** Null where the viewer is no member, or before it is known. */
  get info(): Signal<Channel | null> {
    return this.#options.state.info;
  }

  get messages(): Signal<MessageList> {
    return this.#options.state.messages.signal;
  }

  /** Who else types now. */
  get typing(): Signal<readonly User[]> {
    return this.#options.state.typing.signal;
  }

  /** Loads the newest messages and keeps them while somebody looks. Call what it returns at the end. */
  open(): () => void {
    return this.#options.open();
  }

  /** Resolves when an older page is in {@link messages}, or there is none. */
  loadOlder(): Promise<void> {
    return this.#options.state.messages.loadOlder();
  }

  /**
   * Resolves to the message's nonce when it is safe: from then on it is in {@link messages}, goes out as soon as it can, in order, once, also after
   * a reload, and is shown as pending, sent or failed.
   */
  async send(text: string, { replyTo = null }: { readonly replyTo?: string | null } = {}): Promise<string> {
    const nonce = uuid();
    const after = this.info.get()?.head ?? 0;
    this.#typedAt = Number.NEGATIVE_INFINITY;
    await this.#options.agent.call('send', { nonce, channelId: this.id, text, replyTo, after });
    return nonce;
  }

  /** Sends a failed message again, under its nonce. */
  retry(nonce: string): Promise<void> {
    return this.#options.agent.call('retry', nonce);
  }

  /** Gives up a failed message. */
  discard(nonce: string): Promise<void> {
    return this.#options.agent.call('discard', nonce);
  }

  /** Of the viewer's own. */
  async edit(messageId: string, text: string): Promise<void> {
    await this.#options.ask(ClientEditMessageDocument, { input: { messageId, text } });
  }

  /** Of the viewer's own, for good. */
  async delete(messageId: string): Promise<void> {
    await this.#options.ask(ClientDeleteMessageDocument, { input: { messageId } });
  }

  /** Everything that is here has been read. Call it as often as you like. */
  markRead(): void {
    const { state, ask } = this.#options;
    const upTo = state.readAll();
    if (upTo === null) return;
    // What fails is made good by the next one.
    this.#reading.run(() => ask(ClientMarkReadDocument, { input: { channelId: this.id, upTo } }).catch(() => {}));
  }

  /** The viewer has pressed a key: the others see that for a while. Call it as often as you like; false ends it at once. */
  setTyping(typing: boolean): void {
    const isSaid = performance.now() - this.#typedAt < CLIENT_LIMITS.typingEveryMs;
    if (typing ? isSaid : this.#typedAt === Number.NEGATIVE_INFINITY) return;
    this.#typedAt = typing ? performance.now() : Number.NEGATIVE_INFINITY;
    this.#options.ask(ClientSetTypingDocument, { input: { channelId: this.id, typing } }).catch(() => {});
  }

  /** Everybody, longest-standing first. */
  members(): Promise<readonly Member[]> {
    return listMembers(this.#options.ask, this.id);
  }

  async addMembers(userIds: readonly string[]): Promise<void> {
    await this.#options.ask(ClientAddMembersDocument, { input: { channelId: this.id, userIds } });
  }

  /** For the owner of a group. */
  async removeMember(userId: string): Promise<void> {
    await this.#options.ask(ClientRemoveMemberDocument, { input: { channelId: this.id, userId } });
  }

  async leave(): Promise<void> {
    await this.#options.ask(ClientLeaveChannelDocument, { input: { channelId: this.id } });
  }
}
