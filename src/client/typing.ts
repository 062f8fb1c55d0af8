import { CLIENT_LIMITS } from './limits.ts';
import type { User } from './session.ts';
import { Cell, type Signal } from './signal.ts';

/** Who types in a channel now. Whoever says nothing more for a while has stopped, whether the server could say so or not. */
export class Typing {
  readonly #cell = new Cell<readonly User[]>([]);
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  get signal(): Signal<readonly User[]> {
    return this.#cell;
  }

  started(user: User): void {
    clearTimeout(this.#timers.get(user.id));
    this.#timers.set(
      user.id,
      setTimeout(() => this.stopped(user.id), CLIENT_LIMITS.typingMs),
    );
    if (!this.#cell.get().some(({ id }) => id === user.id)) this.#cell.set([...this.#cell.get(), user]);
  }

  stopped(userId: string): void {
    clearTimeout(this.#timers.get(userId));
    if (this.#timers.delete(userId)) this.#cell.set(this.#cell.get().filter(({ id }) => id !== userId));
  }

  clear(): void {
    for (const userId of [...this.#timers.keys()]) this.stopped(userId);
  }
}
