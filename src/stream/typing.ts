import type { TypingChanged } from '../domain/event.ts';
import type { UserId } from '../domain/identifier.ts';
import { MEMBERS_MAX } from '../domain/membership.ts';

interface TypingOptions {
  /** Whoever is not heard of for so long has stopped. */
  readonly typingMs: number;
  /** Told of a stop that nobody published. */
  readonly stopped: (event: TypingChanged) => void;
}

/** Who types in one channel: a start is told once, however often it is renewed, and so is its end. */
export class Typing {
  readonly #options: TypingOptions;
  readonly #typists = new Map<UserId, { readonly started: TypingChanged; readonly timer: NodeJS.Timeout }>();

  constructor(options: TypingOptions) {
    this.#options = options;
  }

  /** False where it tells nothing new. */
  take(event: TypingChanged): boolean {
    const known = this.#forget(event.userId);
    if (!event.typing) return known !== null;
    if (this.#typists.size >= MEMBERS_MAX) return false;
    const timer = setTimeout(() => this.stop(event.userId, event.at + this.#options.typingMs), this.#options.typingMs);
    timer.unref();
    this.#typists.set(event.userId, { started: event, timer });
    return known === null;
  }

  /** The user has sent a message, has left or has not been heard of. */
  stop(userId: UserId, at: number): void {
    const known = this.#forget(userId);
    if (known !== null) this.#options.stopped({ ...known, typing: false, at });
  }

  close(): void {
    for (const userId of [...this.#typists.keys()]) this.#forget(userId);
  }

  #forget(userId: UserId): TypingChanged | null {
    const known = this.#typists.get(userId);
    if (known === undefined) return null;
    clearTimeout(known.timer);
    this.#typists.delete(userId);
    return known.started;
  }
}
