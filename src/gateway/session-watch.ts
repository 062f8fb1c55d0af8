import type { Viewer } from '../domain/viewer.ts';
import type { Accounts } from '../services/accounts.ts';
import type { Hub, UserListener } from '../stream/hub.ts';

export interface SessionWatchParts {
  readonly hub: Pick<Hub, 'listen' | 'unlisten'>;
  readonly services: { readonly accounts: Pick<Accounts, 'isOver'> };
}

/** Whose right it is. */
export interface SessionOwner {
  /** The session was logged out. Called once. */
  sessionEnded(): void;
}

type Hint = Parameters<UserListener['hear']>[0];

/** Whether a connection still has its right: whom it is for, until when, and that its session was not logged out. */
export class SessionWatch implements UserListener {
  readonly #owner: SessionOwner;
  #parts: SessionWatchParts | null = null;
  #viewer: Viewer | null = null;
  #isStopped = false;

  constructor(owner: SessionOwner) {
    this.#owner = owner;
  }

  /** Resolves once a log-out from now on is heard of. */
  async start(parts: SessionWatchParts, viewer: Viewer): Promise<void> {
    if (this.#isStopped) return;
    this.#viewer = viewer;
    this.#parts = parts;
    await parts.hub.listen(viewer.userId, this);
    if (this.#isStopped) parts.hub.unlisten(viewer.userId, this);
  }

  /** From now on the right is that of another token of the same user. */
  renew(viewer: Viewer): void {
    this.#viewer = viewer;
  }

  /** The token has run out. */
  hasExpired(now: number): boolean {
    return this.#viewer !== null && this.#viewer.expiresAt <= now;
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#viewer !== null) this.#parts?.hub.unlisten(this.#viewer.userId, this);
    this.#parts = null;
  }

  hear(hint: Hint): void {
    const sessionId = this.#viewer?.sessionId;
    if (hint.kind === 'loggedOut' && hint.sessionId === sessionId) this.#end();
    // Where the store can't say, the token's own end is soon enough.
    else if (hint.kind === 'missed' && sessionId !== undefined) {
      this.#parts?.services.accounts.isOver(sessionId).then(
        (isOver) => isOver && this.#end(),
        () => {},
      );
    }
  }

  #end(): void {
    if (this.#isStopped) return;
    this.stop();
    this.#owner.sessionEnded();
  }
}
