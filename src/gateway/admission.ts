import type { UserId } from '../domain/identifier.ts';

export interface AdmissionOptions {
  readonly connectionsMax: number;
  readonly socketsPerUserMax: number;
  readonly socketsPendingPerAddressMax: number;
}

/** Counts who is connected: sockets and streams of all, of each user, and of those who have not said yet who they are. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #perUser = new Map<UserId, number>();
  readonly #pending = new Map<string, number>();
  #connections = 0;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#connections;
  }

  /** A place on the node; null when it is full. The result gives the place back. */
  enter(): (() => void) | null {
    if (this.#connections >= this.#options.connectionsMax) return null;
    this.#connections += 1;
    return once(() => {
      this.#connections -= 1;
    });
  }

  enterAs(userId: UserId): (() => void) | null {
    return take(this.#perUser, userId, this.#options.socketsPerUserMax);
  }

  enterUnknown(address: string): (() => void) | null {
    return take(this.#pending, address, this.#options.socketsPendingPerAddressMax);
  }
}

function take<Key>(counts: Map<Key, number>, key: Key, max: number): (() => void) | null {
  const count = counts.get(key) ?? 0;
  if (count >= max) return null;
  counts.set(key, count + 1);
  return once(() => {
    const left = (counts.get(key) ?? 1) - 1;
    if (left > 0) counts.set(key, left);
    else counts.delete(key);
  });
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}
