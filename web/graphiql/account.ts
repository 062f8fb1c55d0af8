import type { Session, SessionStore } from './session.ts';
import { post, type Result } from './transport.ts';

const SESSION_FIELDS = 'accessToken accessTokenExpiresAt refreshToken viewer { handle }';
const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { ${SESSION_FIELDS} } }`;
const REFRESH = `mutation Refresh($token: String!) { refreshSession(refreshToken: $token) { ${SESSION_FIELDS} } }`;
const LOG_OUT = 'mutation LogOut { logOut }';
const VIEWER = 'query Viewer { viewer { handle } }';

/** Null when the refresh token is not good any more. Rejects when the server could not be reached. */
export async function refresh(refreshToken: string): Promise<Session | null> {
  const { data } = await post({ query: REFRESH, variables: { token: refreshToken } }, null);
  return toSession(data?.['refreshSession']);
}

export async function logIn(store: SessionStore, handle: string, password: string): Promise<void> {
  const result = await post({ query: LOG_IN, variables: { input: { handle, password } } }, null);
  store.set(toSession(succeeded(result)['logIn']));
}

export async function takeToken(store: SessionStore, pasted: string): Promise<void> {
  const accessToken = pasted.replace(/^Bearer\s+/i, '');
  const viewer = succeeded(await post({ query: VIEWER }, accessToken))['viewer'] as { readonly handle: string };
  store.set({ accessToken, refreshToken: null, expiresAt: null, handle: viewer.handle });
}

/** Signs out here also when the server could not be told. */
export async function logOut(store: SessionStore): Promise<void> {
  const token = store.current()?.accessToken ?? null;
  store.set(null);
  await post({ query: LOG_OUT }, token);
}

/** A sign-up, log-in, refresh or log-out that was run in a tab counts here too. */
export function adopt(store: SessionStore, data: Record<string, unknown>): void {
  if (data['logOut'] === true) store.set(null);
  for (const value of Object.values(data)) {
    const session = toSession(value);
    if (session) store.set(session);
  }
}

function toSession(value: unknown): Session | null {
  if (typeof value !== 'object' || value === null || !('accessToken' in value)) return null;
  const { accessToken, refreshToken, accessTokenExpiresAt, viewer } = value as {
    readonly accessToken: string;
    readonly refreshToken?: string;
    readonly accessTokenExpiresAt?: string;
    readonly viewer?: { readonly handle?: string };
  };
  return {
    accessToken,
    refreshToken: refreshToken ?? null,
    expiresAt: accessTokenExpiresAt === undefined ? null : Date.parse(accessTokenExpiresAt),
    handle: viewer?.handle ?? null,
  };
}

function succeeded(result: Result): Record<string, unknown> {
  const message = result.errors?.[0]?.message;
  if (message !== undefined) throw new Error(message);
  return result.data ?? {};
}
