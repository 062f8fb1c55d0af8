import type { Viewer } from '../domain/viewer.ts';
import type { Accounts } from '../services/accounts.ts';
import type { Hub } from '../stream/hub.ts';

/** Longer timers than this overflow in Node; tokens live far shorter. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Tells once when a connection's right ends: its token has run out, or its session was logged out. */
export class SessionWatch {
  readonly #ended: () => void;
  #viewer: Viewer | null = null;
  #timer: NodeJS.Timeout | null = null;
  #unlisten: (() => void) | null = null;
  #stopped = false;

  constructor(ended: () => void) {
    this.#ended = ended;
  }

  /** Resolves once a log-out from now on is heard of. */
  async start(hub: Pick<Hub, 'user'>, accounts: Pick<Accounts, 'isOver'>, viewer: Viewer): Promise<void> {
    this.renew(viewer);
    const unlisten = await hub.user(viewer.userId, (hint) => {
      if (hint.kind === 'loggedOut' && hint.sessionId === this.#viewer?.sessionId) this.#end();
      else if (hint.kind === 'missed') this.#look(accounts);
    });
    if (this.#stopped) unlisten();
    else this.#unlisten = unlisten;
  }

  /** From now on the right is that of another token of the same user. */
  renew(viewer: Viewer): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#viewer = viewer;
    const waitMs = Math.min(Math.max(0, viewer.expiresAt - Date.now()), TIMER_MS_MAX);
    this.#timer = setTimeout(() => this.#end(), waitMs);
    this.#timer.unref();
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unlisten?.();
    this.#unlisten = null;
  }

  /** Where the store can't say, the token's own end is soon enough. */
  #look(accounts: Pick<Accounts, 'isOver'>): void {
    if (this.#viewer === null) return;
    accounts.isOver(this.#viewer.sessionId).then(
      (isOver) => isOver && this.#end(),
      () => {},
    );
  }

  #end(): void {
    if (this.#stopped) return;
    this.stop();
    this.#ended();
  }
}
