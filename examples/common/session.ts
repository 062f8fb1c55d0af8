import { patiently } from './patience.ts';
import { AnswerError, post } from './post.ts';

export interface Account {
  readonly handle: string;
  readonly password: string;
}

interface Granted {
  readonly accessToken: string;
  readonly accessTokenExpiresAt: string;
  readonly refreshToken: string;
  readonly viewer: { readonly id: string; readonly handle: string; readonly name: string };
  readonly endpoint: Endpoint;
}

interface Endpoint {
  readonly url: string;
}

const GRANTED = 'accessToken accessTokenExpiresAt refreshToken viewer { id handle name } endpoint { url }';
const LOG_IN = `mutation ($input: LogInInput!) { session: logIn(input: $input) { ${GRANTED} } }`;
const SIGN_UP = `mutation ($input: SignUpInput!) { session: signUp(input: $input) { ${GRANTED} } }`;
const REFRESH = `mutation ($refreshToken: String!) { session: refreshSession(refreshToken: $refreshToken) { ${GRANTED} } }`;

const ENDPOINT = 'query { endpoint { url } }';

const REFRESH_BEFORE_MS = 60_000;

/** Somebody who is logged in, and stays so. */
export class Session {
  /** Of GraphQL over HTTP. */
  readonly url: string;
  #granted: Granted;
  #refreshing: Promise<void> | null = null;

  constructor(url: string, granted: Granted) {
    this.url = url;
    this.#granted = granted;
  }

  get viewer(): Granted['viewer'] {
    return this.#granted.viewer;
  }

  /** Where service discovery would have the socket now; where it can't be asked, where it said at first. */
  async socketUrl(): Promise<string> {
    try {
      return (await this.post<{ endpoint: Endpoint }>(ENDPOINT)).endpoint.url;
    } catch {
      return this.#granted.endpoint.url;
    }
  }

  /** A token that is good for a minute at least. */
  async accessToken(): Promise<string> {
    const leftMs = Date.parse(this.#granted.accessTokenExpiresAt) - Date.now();
    if (leftMs < REFRESH_BEFORE_MS) {
      // Each refresh token works once: whoever asks meanwhile waits for the same answer.
      this.#refreshing ??= this.#refresh().finally(() => {
        this.#refreshing = null;
      });
      await this.#refreshing;
    }
    return this.#granted.accessToken;
  }

  /** One operation as the viewer. */
  async post<Data>(query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Data> {
    return post<Data>(this.url, await this.accessToken(), query, variables);
  }

  async #refresh(): Promise<void> {
    const { refreshToken } = this.#granted;
    const refresh = () => post<{ session: Granted }>(this.url, null, REFRESH, { refreshToken });
    this.#granted = (await patiently(refresh)).session;
  }
}

export async function logIn(url: string, account: Account): Promise<Session> {
  return new Session(url, (await post<{ session: Granted }>(url, null, LOG_IN, { input: account })).session);
}

/** Whoever is new is signed up. */
export async function enter(url: string, account: Account): Promise<Session> {
  try {
    return await logIn(url, account);
  } catch (error) {
    if (!(error instanceof AnswerError) || error.code !== 'UNAUTHENTICATED') throw error;
  }
  const input = { ...account, name: account.handle };
  return new Session(url, (await post<{ session: Granted }>(url, null, SIGN_UP, { input })).session);
}
