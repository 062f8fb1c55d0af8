import { createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { SignJWT } from 'jose';
import { type ParleyError, unauthenticated } from '../domain/error.ts';
import type { SessionId, UserId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Keys } from '../storage/keys.ts';
import { Mac } from './mac.ts';

const ISSUER = 'parley';
const ALGORITHM = 'HS256';
const HEADER = Buffer.from(JSON.stringify({ alg: ALGORITHM })).toString('base64url');
const KEY_BYTES = 32;

/**
 * Access tokens are JWTs. A refresh token names its session and generation under a MAC, so that a forged one is told
 * from one that was used before without keeping any.
 */
export class Tokens {
  readonly #accessKey: KeyObject;
  readonly #accessMac: Mac;
  readonly #refreshMac: Mac;

  private constructor(accessKey: Uint8Array, refreshKey: Uint8Array) {
    this.#accessKey = createSecretKey(accessKey);
    this.#accessMac = new Mac(accessKey);
    this.#refreshMac = new Mac(refreshKey);
  }

  /** The keys are made once and kept in the store, so that every node takes every node's tokens. */
  static async create(keys: Keys): Promise<Tokens> {
    const make = () => randomBytes(KEY_BYTES);
    return new Tokens(await keys.ensure('access-token', make), await keys.ensure('refresh-token', make));
  }

  /** Expiry is whole seconds in a JWT, so `expiresAt` is rounded down to one. */
  async access(
    userId: UserId,
    sessionId: SessionId,
    expiresAtMs: number,
  ): Promise<{ token: string; expiresAt: number }> {
    const expiresAtSeconds = Math.floor(expiresAtMs / 1_000);
    const token = await new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM })
      .setIssuer(ISSUER)
      .setSubject(userId)
      .setIssuedAt()
      .setExpirationTime(expiresAtSeconds)
      .sign(this.#accessKey);
    return { token, expiresAt: expiresAtSeconds * 1_000 };
  }

  /**
   * Throws UNAUTHENTICATED for what this product did not make and for what has expired. Here and not by jose, whose way through WebCrypto costs a
   * trip to another thread for every socket that opens. Only the header that is made here is taken, so that no token chooses its algorithm.
   */
  verifyAccess(token: string): Viewer {
    const [header = '', body = '', signature = '', ...rest] = token.split('.');
    const expected = this.#accessMac.of(`${header}.${body}`);
    if (header !== HEADER || rest.length > 0 || !isSame(signature, expected)) throw invalidToken();
    const { iss, sub, sid, exp } = claimsOf(body);
    if (iss !== ISSUER || typeof sub !== 'string' || typeof sid !== 'string' || typeof exp !== 'number') {
      throw invalidToken();
    }
    if (exp * 1_000 <= Date.now()) throw invalidToken();
    return { userId: sub as UserId, sessionId: sid as SessionId, expiresAt: exp * 1_000 };
  }

  refresh(sessionId: SessionId, generation: number): string {
    const body = `${sessionId}.${generation}`;
    return `${body}.${this.#refreshMac.of(body)}`;
  }

  /** Null for what this product never made. */
  parseRefresh(token: string): { readonly sessionId: SessionId; readonly generation: number } | null {
    const [sessionId = '', generation = '', mac = ''] = token.split('.');
    if (!isSame(mac, this.#refreshMac.of(`${sessionId}.${generation}`))) return null;
    return { sessionId: sessionId as SessionId, generation: Number(generation) };
  }
}

/** In constant time for texts of one length. */
function isSame(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Of a body whose signature is right. */
function claimsOf(body: string): Readonly<Record<string, unknown>> {
  const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString());
  return typeof claims === 'object' && claims !== null ? { ...claims } : {};
}

const invalidToken = (): ParleyError => unauthenticated('The access token is not valid or has expired.');
