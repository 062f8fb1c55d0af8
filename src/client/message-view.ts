import type { Ask } from './authorized.ts';
import { asParleyError, type ParleyError } from './error.ts';
import { readHistory } from './history.ts';
import { CLIENT_LIMITS } from './limits.ts';
import { listMessages, type ShownMessage } from './message-list.ts';
import type { Outbox } from './outbox.ts';
import type { User } from './session.ts';
import { Cell, type Signal } from './signal.ts';
import { EMPTY_TIMELINE, type Message, type Timeline, withChange, withPage, withSent } from './timeline.ts';

/** A channel's messages as they are shown, and how much of them is here. */
export interface MessageList {
  readonly items: readonly ShownMessage[];
  /** False until the newest page of history is here. */
  readonly isLoaded: boolean;
  readonly isLoading: boolean;
  /** Whether there is more history to load. */
  readonly hasOlder: boolean;
  /** Why the last page did not come; null while nothing is wrong. */
  readonly error: ParleyError | null;
}

export interface MessageViewOptions {
  readonly channelId: string;
  readonly ask: Ask;
  readonly viewer: () => User | null;
  /** The newest sequence that is known of the channel, and how many messages are unread. */
  readonly progress: () => { readonly head: number; readonly unread: number };
  /** {@link MessageView.draw} is to be called soon. */
  readonly changed: () => void;
}

const ACKNOWLEDGED_MAX = 200;
/** Read messages shown above the first unread one. */
const ABOVE_UNREAD = 10;

/** Merges history, events and the outbox into one list. */
export class MessageView {
  readonly #options: MessageViewOptions;
  readonly #cell = new Cell<MessageList>(NOTHING);
  readonly #acknowledged = new Map<string, Message>();
  #timeline: Timeline = EMPTY_TIMELINE;
  #entries: Outbox = [];
  #loading: Promise<void> | null = null;
  #error: ParleyError | null = null;

  constructor(options: MessageViewOptions) {
    this.#options = options;
  }

  get signal(): Signal<MessageList> {
    return this.#cell;
  }

  get isLoaded(): boolean {
    return this.#timeline.isLoaded;
  }

  sent(message: Message): void {
    this.#timeline = withSent(this.#timeline, message);
    this.#options.changed();
  }

  edited(message: Message): void {
    this.#timeline = withChange(this.#timeline, message);
    this.#options.changed();
  }

  waiting(entries: Outbox): void {
    if (entries.length === 0 && this.#entries.length === 0) return;
    this.#entries = entries;
    this.#options.changed();
  }

  acknowledged(nonce: string, message: Message): void {
    this.#acknowledged.set(nonce, message);
    const [oldest] = this.#acknowledged.keys();
    if (this.#acknowledged.size > ACKNOWLEDGED_MAX && oldest !== undefined) this.#acknowledged.delete(oldest);
    this.#options.changed();
  }

  /** How many messages come after the sequence; null where that is not known here. */
  countAfter(sequence: number): number | null {
    const { messages, before, isLoaded } = this.#timeline;
    const reachesBack = isLoaded && (before === null || (messages[0]?.sequence ?? 0) <= sequence);
    return reachesBack ? messages.filter((message) => (message.sequence ?? 0) > sequence).length : null;
  }

  /** The newest page, unless it is here. */
  load(): Promise<void> {
    const { unread, head } = this.#options.progress();
    const count = Math.max(CLIENT_LIMITS.historyPage, unread + ABOVE_UNREAD);
    return this.isLoaded ? Promise.resolve() : this.#read({ count, before: null, head });
  }

  /** The page before the oldest message that is here. Resolves at once where there is none. */
  loadOlder(): Promise<void> {
    const { isLoaded, before } = this.#timeline;
    if (!isLoaded) return this.load();
    return before === null ? Promise.resolve() : this.#read({ count: CLIENT_LIMITS.historyPageMax, before, head: 0 });
  }

  /** Forgets everything but what is on its way: something was missed, or nobody looks. */
  clear(): void {
    this.#timeline = EMPTY_TIMELINE;
    this.#loading = null;
    this.#error = null;
    this.#options.changed();
  }

  draw(): void {
    const { isLoaded, before } = this.#timeline;
    this.#cell.set({
      items: listMessages({
        timeline: this.#timeline,
        entries: this.#entries,
        acknowledged: this.#acknowledged,
        viewer: this.#options.viewer(),
      }),
      isLoaded,
      isLoading: this.#loading !== null,
      hasOlder: before !== null,
      error: this.#error,
    });
  }

  #read(page: { readonly count: number; readonly before: string | null; readonly head: number }): Promise<void> {
    if (this.#loading !== null) return this.#loading;
    const { ask, channelId, changed } = this.#options;
    const loading = readHistory(ask, { channelId, ...page })
      .then(
        (read) => {
          // Forgotten meanwhile: the page may lack what was missed.
          if (this.#loading !== loading) return;
          this.#timeline = withPage(this.#timeline, read);
          this.#error = null;
        },
        (error: unknown) => {
          if (this.#loading === loading) this.#error = asParleyError(error);
          throw error;
        },
      )
      .finally(() => {
        if (this.#loading === loading) this.#loading = null;
        changed();
      });
    this.#loading = loading;
    changed();
    return loading;
  }
}

const NOTHING: MessageList = Object.freeze({
  items: [],
  isLoaded: false,
  isLoading: false,
  hasOlder: false,
  error: null,
});
