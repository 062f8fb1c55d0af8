import { unauthenticated } from '../domain/error.ts';
import type { Viewer } from '../domain/viewer.ts';

export type Authenticate = (accessToken: string) => Promise<Viewer>;

const BEARER = /^Bearer +([A-Za-z0-9._~+/=-]{1,4096})$/i;

/** Null without a header; UNAUTHENTICATED for one that proves nothing. */
export async function authenticateHeader(
  header: string | undefined,
  authenticate: Authenticate,
): Promise<Viewer | null> {
  if (header === undefined) return null;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw unauthenticated("The Authorization header is not 'Bearer TOKEN'.");
  return authenticate(token);
}

/** The same for the payload of `connection_init` and `ping`: `{"authorization": "Bearer TOKEN"}`. */
export async function authenticatePayload(payload: unknown, authenticate: Authenticate): Promise<Viewer | null> {
  if (typeof payload !== 'object' || payload === null || !('authorization' in payload)) return null;
  const { authorization } = payload;
  if (authorization === undefined || authorization === null) return null;
  if (typeof authorization !== 'string') throw unauthenticated('authorization is to be a string.');
  return authenticateHeader(authorization, authenticate);
}
