/** Who is signed in on this page. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken: string | null;
  /** Milliseconds since 1970; null for a pasted token. */
  readonly expiresAt: number | null;
  readonly handle: string | null;
}

const STORAGE_KEY = 'parley:session';
const RENEW_BEFORE_MS = 60_000;

type Listener = () => void;
type Renew = (refreshToken: string) => Promise<Session | null>;

/**
 * Holds the session in sessionStorage: it ends with the browser tab, and two tabs can be two users. A token that came with a refresh
 * token is renewed a minute before it expires.
 */
export class SessionStore {
  #session: Session | null = read();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<Listener>();
  readonly #renew: Renew;

  constructor(renew: Renew) {
    this.#renew = renew;
    this.#schedule();
  }

  readonly current = (): Session | null => this.#session;

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  set(session: Session | null): void {
    this.#session = session;
    if (session) sessionStorage.setItem(STORAGE_KEY, JSON.stringify(session));
    else sessionStorage.removeItem(STORAGE_KEY);
    this.#schedule();
    for (const listener of this.#listeners) listener();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const session = this.#session;
    if (!session?.refreshToken || session.expiresAt === null) return;
    const { refreshToken } = session;
    const waitMs = Math.max(0, session.expiresAt - Date.now() - RENEW_BEFORE_MS);
    this.#timer = setTimeout(() => {
      this.#renew(refreshToken).then(
        (next) => {
          if (this.#session === session) this.set(next);
        },
        // The server could not be reached: the token may still be good, so it stays until something is refused.
        () => undefined,
      );
    }, waitMs);
  }
}

function read(): Session | null {
  const stored = sessionStorage.getItem(STORAGE_KEY);
  return stored === null ? null : JSON.parse(stored);
}
