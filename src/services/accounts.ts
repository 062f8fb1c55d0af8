import { LRUCache } from 'lru-cache';
import type { Limits } from '../config/limits.ts';
import { badInput, ParleyError, unauthenticated } from '../domain/error.ts';
import { newSessionId, newUserId, type SessionId, type UserId } from '../domain/identifier.ts';
import { parseHandle, type User } from '../domain/user.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Session } from '../storage/sessions.ts';
import type { Storage } from '../storage/storage.ts';
import { Facts } from './facts.ts';
import { type Input, isLongerThan } from './input.ts';
import type { Passwords } from './passwords.ts';
import type { ServiceRates } from './services.ts';
import type { Tokens } from './tokens.ts';
import type { UserHints } from './user-hints.ts';

export interface SessionGrant {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: number;
  readonly refreshToken: string;
  readonly user: User;
  readonly viewer: Viewer;
}

interface SignUp {
  readonly handle: string;
  readonly name: string;
  readonly password: string;
  /** Rates are counted by it. */
  readonly clientAddress: string;
}

export interface AccountsOptions {
  readonly storage: Pick<Storage, 'users' | 'sessions'>;
  readonly userHints: UserHints;
  readonly passwords: Passwords;
  readonly tokens: Tokens;
  readonly input: Input;
  readonly rates: ServiceRates;
  readonly limits: Limits;
  readonly now?: () => number;
}

/** A session that has just been seen alive is not looked up again for so long: what a log-out elsewhere may lag. */
const SESSION_CHECK_MS = 1_000;

/** Who people are: sign-up, log-in, sessions, and what an access token proves. */
export class Accounts {
  readonly #options: AccountsOptions;
  readonly #now: () => number;
  /** Verified tokens, with the time at which their session was last seen alive. */
  readonly #verified: LRUCache<string, { readonly viewer: Viewer; aliveAt: number }>;
  readonly #facts: Facts<UserId, User>;
  readonly #ended: LRUCache<SessionId, true>;

  constructor(options: AccountsOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    const { storage, limits } = options;
    this.#verified = new LRUCache({ max: limits.tokensRememberedMax });
    this.#ended = new LRUCache({ max: limits.tokensRememberedMax });
    this.#facts = new Facts(limits.usersRememberedMax, (ids) => storage.users.byIds(ids));
  }

  /** Throws CONFLICT for a handle that is taken. */
  async signUp({ handle, name, password, clientAddress }: SignUp): Promise<SessionGrant> {
    const { storage, passwords, rates, input } = this.#options;
    rates.take('account', clientAddress);
    const parsed = parseHandle(handle);
    if (parsed === null) {
      throw badInput('handle', "A handle has 3 to 32 of the characters a-z, 0-9, '_' and '-'.");
    }
    const user: User = { id: newUserId(), handle: parsed, name: input.name(name), createdAt: this.#now() };
    const passwordHash = await passwords.hash(this.#newPassword(password));
    if (!(await storage.users.create(user, passwordHash))) {
      throw new ParleyError('CONFLICT', 'The handle is taken.', { field: 'handle' });
    }
    return this.#begin(user);
  }

  /** The same UNAUTHENTICATED, in the same time, for an unknown handle and a wrong password. */
  async logIn({ handle, password, clientAddress }: Omit<SignUp, 'name'>): Promise<SessionGrant> {
    const { storage, passwords, rates, limits } = this.#options;
    rates.take('account', clientAddress);
    const parsed = parseHandle(handle);
    if (parsed !== null) rates.take('logIn', parsed);
    if (isLongerThan(password, limits.passwordCharactersMax)) throw wrongLogIn();
    const known = parsed === null ? null : await storage.users.passwordHash(parsed);
    const right = await passwords.verify(password, known?.passwordHash ?? null);
    const user = right && known !== null ? (await storage.users.byIds([known.userId])).get(known.userId) : undefined;
    if (user === undefined) throw wrongLogIn();
    return this.#begin(user);
  }

  /** See `refreshSession` in the schema for what a second use of the token means. */
  async refresh(refreshToken: string, clientAddress: string): Promise<SessionGrant> {
    const { storage, tokens, limits, rates } = this.#options;
    rates.take('account', clientAddress);
    const named = tokens.parseRefresh(refreshToken);
    const session = named === null ? null : await storage.sessions.byId(named.sessionId);
    const now = this.#now();
    if (named === null || session === null || session.expiresAt <= now) throw endedSession();
    const isCurrent = named.generation === session.generation;
    if (isCurrent && (await storage.sessions.refresh(session.id, session.generation, now, now + limits.sessionMs))) {
      return this.#grant({ ...session, generation: session.generation + 1 });
    }
    const latest = isCurrent ? await storage.sessions.byId(session.id) : session;
    const isLostAnswer =
      latest?.generation === named.generation + 1 && now - latest.refreshedAt <= limits.refreshRepeatMs;
    if (latest !== null && isLostAnswer) return this.#grant(latest);
    await this.#end(session.userId, session.id);
    throw endedSession();
  }

  async logOut(viewer: Viewer): Promise<void> {
    await this.#end(viewer.userId, viewer.sessionId);
  }

  /** Throws UNAUTHENTICATED where the token is forged or expired, or its session has ended. */
  async authenticate(accessToken: string): Promise<Viewer> {
    const { tokens, storage } = this.#options;
    const now = this.#now();
    let verified = this.#verified.get(accessToken);
    if (verified === undefined) {
      verified = { viewer: tokens.verifyAccess(accessToken), aliveAt: 0 };
      this.#verified.set(accessToken, verified);
    }
    const { viewer } = verified;
    if (viewer.expiresAt <= now) throw unauthenticated('The access token has expired.');
    if (now - verified.aliveAt > SESSION_CHECK_MS && !this.#ended.has(viewer.sessionId)) {
      if ((await storage.sessions.byId(viewer.sessionId)) === null) this.#ended.set(viewer.sessionId, true);
      else verified.aliveAt = now;
    }
    if (this.#ended.has(viewer.sessionId)) throw unauthenticated('The session has ended: log in again.');
    return viewer;
  }

  /** Whether the session was logged out, on any node. Rejects where the store is away. */
  async isOver(sessionId: SessionId): Promise<boolean> {
    return this.#ended.has(sessionId) || (await this.#options.storage.sessions.byId(sessionId)) === null;
  }

  /** Undefined where the user has to be asked for. */
  knownUser(id: UserId): User | undefined {
    return this.#facts.known(id);
  }

  users(ids: readonly UserId[]): Promise<ReadonlyMap<UserId, User>> {
    return this.#facts.of(ids);
  }

  /** To be called for each query, each subscription and each document that is none. Throws RATE_LIMITED for too many. */
  countRead(viewer: Viewer | null, clientAddress: string): void {
    if (viewer === null) this.#options.rates.take('anonymous', clientAddress);
    else this.#options.rates.take('read', viewer.userId);
  }

  /** Throws where {@link countRead} would, and counts nothing. */
  checkRead(viewer: Viewer | null, clientAddress: string): void {
    if (viewer === null) this.#options.rates.check('anonymous', clientAddress);
    else this.#options.rates.check('read', viewer.userId);
  }

  async byHandle(handle: string): Promise<User | null> {
    const parsed = parseHandle(handle);
    return parsed === null ? null : this.#options.storage.users.byHandle(parsed);
  }

  #newPassword(password: string): string {
    const { passwordCharactersMin, passwordCharactersMax } = this.#options.limits;
    if (!isLongerThan(password, passwordCharactersMin - 1)) {
      throw badInput('password', `A password has at least ${passwordCharactersMin} characters.`);
    }
    if (isLongerThan(password, passwordCharactersMax)) {
      throw badInput('password', `A password has at most ${passwordCharactersMax} characters.`);
    }
    return password;
  }

  async #begin(user: User): Promise<SessionGrant> {
    const now = this.#now();
    const expiresAt = now + this.#options.limits.sessionMs;
    const session: Session = {
      id: newSessionId(),
      userId: user.id,
      createdAt: now,
      expiresAt,
      generation: 0,
      refreshedAt: now,
    };
    await this.#options.storage.sessions.create(session);
    return this.#grantTo(user, session);
  }

  async #grant(session: Session): Promise<SessionGrant> {
    const user = (await this.users([session.userId])).get(session.userId);
    if (user === undefined) throw endedSession();
    return this.#grantTo(user, session);
  }

  async #grantTo(user: User, session: Session): Promise<SessionGrant> {
    const { tokens, limits } = this.#options;
    const { token, expiresAt } = await tokens.access(user.id, session.id, this.#now() + limits.accessTokenMs);
    return {
      accessToken: token,
      accessTokenExpiresAt: expiresAt,
      refreshToken: tokens.refresh(session.id, session.generation),
      user,
      viewer: { userId: user.id, sessionId: session.id, expiresAt },
    };
  }

  async #end(userId: UserId, sessionId: SessionId): Promise<void> {
    this.#ended.set(sessionId, true);
    await this.#options.storage.sessions.end(sessionId);
    await this.#options.userHints.tell(userId, { kind: 'loggedOut', sessionId });
  }
}

const wrongLogIn = (): ParleyError => unauthenticated('The handle or the password is wrong.');
const endedSession = (): ParleyError => unauthenticated('The session has ended: log in again.');
