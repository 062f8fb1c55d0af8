import { setTimeout as delay } from 'node:timers/promises';

interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { code?: string; retryAfterMs?: number };
  }[];
}

/** An answer that says what is wrong and that asking again will not mend. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The node says when to come back. */
class TooSoon extends Error {
  override readonly name = 'TooSoon';
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

const TRIES_MAX = 8;
const FIRST_WAIT_MS = 250;
/** A session that ends as soon as it has begun is not begun for ever. */
const ENTRIES_MAX = 3;
/** What a connection ends with; any other failure before the first answer is of the address, and stays. */
const RESETS: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

const SIGN_UP = `mutation SignUp($input: SignUpInput!) { signUp(input: $input) { accessToken } }`;
const LOG_IN = `mutation LogIn($input: LogInInput!) { logIn(input: $input) { accessToken } }`;

/** Speaks to one node as one user: signs up or logs in, repeats what may be repeated. */
export class NodeClient {
  readonly #endpoint: string;
  readonly #account: { readonly handle: string; readonly password: string };
  #accessToken: string | null = null;
  #hasAnswered = false;

  constructor(url: string, account: { readonly handle: string; readonly password: string }) {
    const base = url.replace(/\/$/, '');
    this.#endpoint = base.endsWith('/graphql') ? base : `${base}/graphql`;
    this.#account = account;
  }

  async run<Data>(query: string, variables: Record<string, unknown>): Promise<Data> {
    for (let entries = 1; ; entries += 1) {
      this.#accessToken ??= await this.#enter();
      try {
        return await this.#ask<Data>(query, variables, this.#accessToken);
      } catch (error) {
        if (!(error instanceof Refused && error.code === 'UNAUTHENTICATED') || entries > ENTRIES_MAX) throw error;
        this.#accessToken = null;
      }
    }
  }

  async #enter(): Promise<string> {
    const { handle, password } = this.#account;
    try {
      const input = { handle, password, name: handle };
      return (await this.#ask<{ signUp: { accessToken: string } }>(SIGN_UP, { input }, null)).signUp.accessToken;
    } catch (error) {
      if (!(error instanceof Refused && error.code === 'CONFLICT')) throw error;
      const input = { handle, password };
      return (await this.#ask<{ logIn: { accessToken: string } }>(LOG_IN, { input }, null)).logIn.accessToken;
    }
  }

  /** Asks until there is an answer that stays. A rate costs no try: what is asked by many at once has its turn in the end. */
  async #ask<Data>(query: string, variables: Record<string, unknown>, accessToken: string | null): Promise<Data> {
    for (let tries = 1; ; ) {
      try {
        return await this.#post<Data>(query, variables, accessToken);
      } catch (error) {
        if (error instanceof TooSoon) {
          await delay(Math.max(error.retryAfterMs, FIRST_WAIT_MS));
          continue;
        }
        if (error instanceof Refused || tries >= TRIES_MAX || this.#isOfAddress(error)) throw error;
        await delay(FIRST_WAIT_MS * 2 ** (tries - 1));
        tries += 1;
      }
    }
  }

  /** Whether it is likely that nobody is there, or that it is no address at all. */
  #isOfAddress(error: unknown): boolean {
    if (this.#hasAnswered || !(error instanceof Error)) return false;
    const { cause } = error;
    return !(cause instanceof Error && 'code' in cause && RESETS.has(cause.code));
  }

  async #post<Data>(query: string, variables: Record<string, unknown>, accessToken: string | null): Promise<Data> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (accessToken !== null) headers['authorization'] = `Bearer ${accessToken}`;
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    this.#hasAnswered = true;
    const answer = (await response.json()) as GraphqlAnswer<Data>;
    const error = answer.errors?.[0];
    if (error === undefined && answer.data !== undefined && answer.data !== null) return answer.data;
    const code = error?.extensions?.code ?? 'UNAVAILABLE';
    const message = error?.message ?? `The node answered ${response.status}.`;
    if (code === 'RATE_LIMITED') throw new TooSoon(message, error?.extensions?.retryAfterMs ?? 1_000);
    if (code === 'UNAVAILABLE' || code === 'INTERNAL_SERVER_ERROR') throw new Error(message);
    throw new Refused(code, message);
  }
}
