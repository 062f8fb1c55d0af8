import type { PresenceStatus } from '../../schema/generated/client.ts';
import type { PresenceUpdate } from './link.ts';
import { Cell, type Signal } from './signal.ts';

export interface Presence {
  readonly status: PresenceStatus;
  /** Null where that was never, or the viewer may not know. */
  readonly lastSeenAt: string | null;
}

const UNKNOWN_PRESENCE: Presence = Object.freeze({ status: 'OFFLINE', lastSeenAt: null });

/** Who is online, of those whom somebody looks at. */
export class PresenceWatch {
  readonly #cells = new Map<string, Cell<Presence>>();
  /** The same for the same user, so that whoever draws it need not subscribe anew each time. */
  readonly #signals = new Map<string, Signal<Presence>>();
  readonly #watchers = new Map<string, number>();
  readonly #changed: () => void;

  /** @param changed called when it is somebody else's presence that is looked at */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get userIds(): readonly string[] {
    return [...this.#watchers.keys()];
  }

  /** The server is asked for it while somebody is subscribed. */
  of(userId: string): Signal<Presence> {
    const known = this.#signals.get(userId);
    if (known !== undefined) return known;
    const signal = this.#signal(userId);
    this.#signals.set(userId, signal);
    return signal;
  }

  #signal(userId: string): Signal<Presence> {
    return {
      get: () => this.#cells.get(userId)?.get() ?? UNKNOWN_PRESENCE,
      subscribe: (listener) => {
        const stop = this.#cell(userId).subscribe(listener);
        this.#watch(userId, 1);
        let isOver = false;
        return () => {
          if (isOver) return;
          isOver = true;
          stop();
          this.#watch(userId, -1);
        };
      },
    };
  }

  take({ user, presence }: PresenceUpdate): void {
    this.#cells.get(user.id)?.set(presence);
  }

  /** Nothing that is known is true any more. */
  clear(): void {
    for (const cell of this.#cells.values()) cell.set(UNKNOWN_PRESENCE);
  }

  #watch(userId: string, by: 1 | -1): void {
    const before = this.#watchers.get(userId) ?? 0;
    const after = before + by;
    if (after === 0) {
      this.#watchers.delete(userId);
      this.#cells.delete(userId);
    } else {
      this.#watchers.set(userId, after);
    }
    if (before === 0 || after === 0) this.#changed();
  }

  #cell(userId: string): Cell<Presence> {
    const known = this.#cells.get(userId);
    if (known !== undefined) return known;
    const cell = new Cell(UNKNOWN_PRESENCE);
    this.#cells.set(userId, cell);
    return cell;
  }
}
