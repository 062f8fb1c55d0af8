import type { SessionPartsFragment, UserPartsFragment } from '../../schema/generated/client.ts';
import { CLIENT_LIMITS } from './limits.ts';

/** Somebody with an account. */
export type User = UserPartsFragment;

/** Where to open the one connection. */
export interface Endpoint {
  readonly url: string;
  readonly httpUrl: string;
}

/** One log-in on this device. */
export interface Session {
  readonly viewer: User;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly endpoint: Endpoint;
  /** By this device's clock, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly expiresAt: number;
}

export function sessionFrom(parts: SessionPartsFragment, now: number): Session {
  const { viewer, accessToken, refreshToken, endpoint } = parts;
  const lifeMs = lifeOf(accessToken) ?? Date.parse(parts.accessTokenExpiresAt) - now;
  return { viewer, accessToken, refreshToken, endpoint, receivedAt: now, expiresAt: now + lifeMs };
}

/** When to renew the access token, so that it never runs out while the server can be reached. */
export function renewalAt({ receivedAt, expiresAt }: Session): number {
  return receivedAt + (expiresAt - receivedAt) * CLIENT_LIMITS.renewAtShare;
}

/** How long the token is good for. It says so by the server's clock alone, so that this device's may be wrong by hours. */
function lifeOf(accessToken: string): number | null {
  try {
    const payload = accessToken.split('.')[1] ?? '';
    const { iat, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
    const lifeMs = (exp - iat) * 1_000;
    return lifeMs > 0 ? lifeMs : null;
  } catch {
    return null;
  }
}
