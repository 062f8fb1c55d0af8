import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { unauthenticated } from '../domain/error.ts';
import type { SessionId, UserId } from '../domain/identifier.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { Keys } from '../storage/keys.ts';

const ISSUER = 'parley';
const ALGORITHM = 'HS256';
const KEY_BYTES = 32;

/**
 * Access tokens are JWTs. A refresh token names its session and generation under a MAC, so that a forged one is told
 * from one that was used before without keeping any.
 */
export class Tokens {
  readonly #accessKey: KeyObject;
  readonly #refreshKey: KeyObject;

  private constructor(accessKey: Uint8Array, refreshKey: Uint8Array) {
    this.#accessKey = createSecretKey(accessKey);
    this.#refreshKey = createSecretKey(refreshKey);
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

  async verifyAccess(token: string): Promise<Viewer> {
    try {
      const { payload } = await jwtVerify<{ readonly sid: unknown }>(token, this.#accessKey, {
        issuer: ISSUER,
        algorithms: [ALGORITHM],
      });
      const { sub, exp, sid } = payload;
      if (typeof sub !== 'string' || typeof sid !== 'string' || exp === undefined) throw unauthenticated();
      return { userId: sub as UserId, sessionId: sid as SessionId, expiresAt: exp * 1_000 };
    } catch {
      throw unauthenticated('The access token is not valid or has expired.');
    }
  }

  refresh(sessionId: SessionId, generation: number): string {
    const body = `${sessionId}.${generation}`;
    return `${body}.${this.#mac(body).toString('base64url')}`;
  }

  /** Null for what this product never made. */
  parseRefresh(token: string): { readonly sessionId: SessionId; readonly generation: number } | null {
    const [sessionId = '', generation = '', mac = ''] = token.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(`${sessionId}.${generation}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return { sessionId: sessionId as SessionId, generation: Number(generation) };
  }

  #mac(body: string): Buffer {
    return createHmac('sha256', this.#refreshKey).update(body).digest();
  }
}
