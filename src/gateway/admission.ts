import type { UserId } from '../domain/identifier.ts';

export interface AdmissionOptions {
  readonly connectionsMax: number;
  readonly socketsPerUserMax: number;
  readonly socketsPendingPerAddressMax: number;
}

/**
 * Counts who is connected: sockets and streams of all, of each user, and of those who have not said yet who they are. Whoever was let in gives
 * the place back, once.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #perUser = new Map<UserId, number>();
  readonly #unknown = new Map<string, number>();
  #connections = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#connections;
  }

  /** False when the node is full. */
  enter(): boolean {
    if (this.#connections >= this.#options.connectionsMax) return false;
    this.#connections += 1;
    return true;
  }

  leave(): void {
    this.#connections -= 1;
  }

  /** False when the user has as many as one may. */
  enterAs(userId: UserId): boolean {
    return enter(this.#perUser, userId, this.#options.socketsPerUserMax);
  }

  leaveAs(userId: UserId): void {
    leave(this.#perUser, userId);
  }

  enterUnknown(address: string): boolean {
    return enter(this.#unknown, address, this.#options.socketsPendingPerAddressMax);
  }

  leaveUnknown(address: string): void {
    leave(this.#unknown, address);
  }
}

function enter<Key>(counts: Map<Key, number>, key: Key, max: number): boolean {
  const count = counts.get(key) ?? 0;
  if (count >= max) return false;
  counts.set(key, count + 1);
  return true;
}

function leave<Key>(counts: Map<Key, number>, key: Key): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left > 0) counts.set(key, left);
  else counts.delete(key);
}
