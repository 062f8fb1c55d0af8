import { retryDelayMs } from './backoff.ts';
import { asParleyError, ParleyError } from './error.ts';
import { chance } from './random.ts';
import { renewalAt, type Session } from './session.ts';
import type { ClientStorage } from './storage.ts';

export interface SessionKeeperOptions {
  readonly storage: ClientStorage;
  readonly refresh: (refreshToken: string) => Promise<Session>;
  /** Runs the work while no other tab or worker runs its own, where the browser has such locks. */
  readonly exclusively: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Called with null when the session is over. */
  readonly changed: (session: Session | null) => void;
}

const KEY = 'session';

/** Keeps the session, and its access token fresh. A refresh token works once, so that all who want a new one share one refresh. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  #session: Session | null = null;
  #refreshing: Promise<Session> | null = null;
  #refused: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
  }

  get current(): Session | null {
    return this.#session;
  }

  /** Takes up what an earlier run has left. */
  async load(): Promise<void> {
    this.#become((await this.#stored()) ?? null);
  }

  /** After a log-in; null after a log-out. */
  async adopt(session: Session | null): Promise<void> {
    if (session === null) await this.#options.storage.delete(KEY);
    else await this.#options.storage.set(KEY, session);
    this.#failures = 0;
    this.#become(session);
  }

  /** An access token that is good for a while. Rejects with UNAUTHENTICATED where there is no session any more. */
  async token(): Promise<string> {
    const session = this.#session;
    if (session === null) throw new ParleyError('UNAUTHENTICATED', 'Log in first.');
    if (session.accessToken !== this.#refused && Date.now() < renewalAt(session)) return session.accessToken;
    try {
      return (await this.refresh()).accessToken;
    } catch (error) {
      // It is renewed long before it runs out: a server that can't be asked for another may still take it.
      const isUsable = session.accessToken !== this.#refused && Date.now() < session.expiresAt;
      if (isUsable && asParleyError(error).code !== 'UNAUTHENTICATED') return session.accessToken;
      throw error;
    }
  }

  /** A server has refused the token: it is not given out again. */
  refused(accessToken: string): void {
    this.#refused = accessToken;
  }

  refresh(): Promise<Session> {
    this.#refreshing ??= this.#options
      .exclusively(() => this.#refresh())
      .finally(() => {
        this.#refreshing = null;
      });
    return this.#refreshing;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #refresh(): Promise<Session> {
    const known = this.#session;
    if (known === null) throw new ParleyError('UNAUTHENTICATED', 'Log in first.');
    const stored = await this.#stored();
    const newer = await this.#takeOver(known, stored);
    if (newer !== null) return newer;
    try {
      const next = await this.#options.refresh(known.refreshToken);
      // A log-out or another log-in has come meanwhile.
      if (this.#session !== known) return this.#refresh();
      await this.adopt(next);
      return next;
    } catch (error) {
      if (asParleyError(error).code !== 'UNAUTHENTICATED' || this.#session !== known) throw error;
      // Where there are no locks another tab may have been first.
      const other = await this.#takeOver(known, await this.#stored());
      if (other !== null) return other;
      await this.adopt(null);
      throw new ParleyError('UNAUTHENTICATED', 'The session has ended: log in again.', { cause: error });
    }
  }

  /** Another tab or worker has refreshed, logged out or logged in since this one looked. */
  async #takeOver(known: Session, stored: Session | null): Promise<Session | null> {
    if (stored === null) {
      this.#become(null);
      throw new ParleyError('UNAUTHENTICATED', 'The session has ended: log in again.');
    }
    if (stored.refreshToken === known.refreshToken) return null;
    this.#become(stored);
    return stored.accessToken !== this.#refused && Date.now() < renewalAt(stored) ? stored : this.#refresh();
  }

  async #stored(): Promise<Session | null> {
    return ((await this.#options.storage.get(KEY)) as Session | undefined) ?? null;
  }

  #become(session: Session | null): void {
    this.#session = session;
    clearTimeout(this.#timer);
    if (session !== null) this.#renewIn(renewalAt(session) - Date.now());
    this.#options.changed(session);
  }

  #renewIn(waitMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#renew(), Math.max(0, Math.min(waitMs, TIMER_MS_MAX)));
  }

  #renew(): void {
    if (this.#session === null) return;
    const earlyMs = renewalAt(this.#session) - Date.now();
    if (earlyMs > 0) this.#renewIn(earlyMs);
    else this.#renewNow();
  }

  #renewNow(): void {
    this.refresh().then(
      () => {
        this.#failures = 0;
      },
      () => {
        if (this.#session === null) return;
        this.#renewIn(retryDelayMs(this.#failures, chance()));
        this.#failures += 1;
      },
    );
  }
}

/** A sleeping device's timers stand still: it is looked at the clock now and then. */
const TIMER_MS_MAX = 30_000;
