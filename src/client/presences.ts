import type { Link, PresenceUpdate } from './link.ts';
import type { Port } from './port.ts';

/** Whose presence which tab wants to hear of, and what is known of it. One link is asked for all of them together. */
export class Presences {
  readonly #tell: (update: PresenceUpdate) => void;
  readonly #wanted = new Map<Port, readonly string[]>();
  readonly #known = new Map<string, PresenceUpdate>();
  #link: Link | null = null;
  #asked = '';

  constructor(tell: (update: PresenceUpdate) => void) {
    this.#tell = tell;
  }

  /** What is known of these by now; the rest follows. */
  watch(port: Port, userIds: readonly string[]): readonly PresenceUpdate[] {
    this.#wanted.set(port, userIds);
    this.#askLink();
    return userIds.flatMap((id) => this.#known.get(id) ?? []);
  }

  leave(port: Port): void {
    if (this.#wanted.delete(port)) this.#askLink();
  }

  /** Another link is in use: it is asked for everything anew, and tells what has changed meanwhile. */
  use(link: Link): void {
    this.#link = link;
    this.#asked = '';
    this.#askLink();
  }

  take(update: PresenceUpdate): void {
    this.#known.set(update.user.id, update);
    this.#tell(update);
  }

  /** Somebody else has logged in. */
  clear(): void {
    this.#link = null;
    this.#asked = '';
    this.#known.clear();
  }

  #askLink(): void {
    const userIds = [...new Set([...this.#wanted.values()].flat())].sort();
    const asked = userIds.join(' ');
    if (this.#link === null || asked === this.#asked) return;
    this.#asked = asked;
    for (const id of this.#known.keys()) if (!userIds.includes(id)) this.#known.delete(id);
    this.#link.watch(userIds);
  }
}
