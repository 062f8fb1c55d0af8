import { createSecretKey, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { newSessionId, newUserId, type SessionId, type UserId } from '../../src/domain/identifier.ts';
import { Tokens } from '../../src/services/tokens.ts';

const [accessKey, refreshKey] = [randomBytes(32), randomBytes(32)];
const tokens = await Tokens.create({ ensure: async (name) => (name === 'access-token' ? accessKey : refreshKey) });
const IN_AN_HOUR = Math.floor(Date.now() / 1_000) + 3_600;

interface Made {
  readonly issuer: string | null;
  readonly userId: UserId | null;
  readonly sid: unknown;
  readonly expiresAtSeconds: number | null;
  readonly key: Uint8Array;
}

const own: Made = {
  ...{ issuer: 'parley', userId: newUserId(), sid: newSessionId(), expiresAtSeconds: IN_AN_HOUR, key: accessKey },
};

function sign({ issuer, userId, sid, expiresAtSeconds, key }: Made, header = { alg: 'HS256' }): Promise<string> {
  const token = new SignJWT({ sid }).setProtectedHeader(header);
  if (issuer !== null) token.setIssuer(issuer);
  if (userId !== null) token.setSubject(userId);
  if (expiresAtSeconds !== null) token.setExpirationTime(expiresAtSeconds);
  return token.sign(createSecretKey(key));
}

/** By jose, and with what a viewer needs. */
async function isGood(token: string): Promise<boolean> {
  const options = { issuer: 'parley', algorithms: ['HS256'] };
  const verified = await jwtVerify(token, createSecretKey(accessKey), options).catch(() => null);
  const { sub, sid, exp } = verified?.payload ?? {};
  return typeof sub === 'string' && typeof sid === 'string' && exp !== undefined;
}

function isTaken(token: string): boolean {
  try {
    tokens.verifyAccess(token);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED' });
    return false;
  }
}

const made = fc.record<Made>({
  issuer: fc.constantFrom('parley', 'Parley', null),
  userId: fc.constantFrom(own.userId, null),
  sid: fc.constantFrom<unknown>(own.sid, undefined, 7),
  expiresAtSeconds: fc.constantFrom(IN_AN_HOUR, IN_AN_HOUR - 7_200, null),
  key: fc.constantFrom<Uint8Array>(accessKey, accessKey, accessKey, refreshKey),
});

describe('an access token', () => {
  it('is taken with what it says', async () => {
    const { token, expiresAt } = await tokens.access('u' as UserId, 's' as SessionId, IN_AN_HOUR * 1_000 + 999);
    expect(tokens.verifyAccess(token)).toEqual({ userId: 'u', sessionId: 's', expiresAt });
    expect(expiresAt).toBe(IN_AN_HOUR * 1_000);
  });

  it('is taken where jose takes it', async () => {
    await fc.assert(
      fc.asyncProperty(made, async (claims) => {
        const token = await sign(claims);
        expect(isTaken(token)).toBe(await isGood(token));
      }),
    );
  });

  it('is not taken with any character changed, added or left out', async () => {
    const token = await sign(own);
    expect(isTaken(token)).toBe(true);
    const character = fc.constantFrom(...'abcXYZ019-_.=+/ ');
    await fc.assert(
      fc.property(fc.nat(token.length - 1), fc.nat(1), character, (at, removed, added) => {
        const changed = token.slice(0, at) + added + token.slice(at + removed);
        expect(isTaken(changed)).toBe(changed === token);
      }),
    );
    for (const cut of [token.slice(0, -1), token.slice(1), `${token}.`, token.replaceAll('.', ''), '', '..']) {
      expect(isTaken(cut)).toBe(false);
    }
  });

  it.each([
    ['no signature', () => new UnsecuredJWT({ sid: own.sid }).setIssuer('parley').setSubject('u').encode()],
    ['another algorithm', () => sign({ ...own, key: Buffer.concat([accessKey, accessKey]) }, { alg: 'HS512' })],
    ['a header that is not made here', () => sign(own, { alg: 'HS256', typ: 'JWT' } as { alg: string })],
  ])('is not taken with %s', async (_, make) => {
    expect(isTaken(await make())).toBe(false);
  });
});
