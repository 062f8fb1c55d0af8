/** Nothing was decided, or nobody knows what: the same again is the thing to do. */
const PASSING = ['UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL_SERVER_ERROR'];

/** A network that is gone says nothing. */
export const ANSWER_MS_MAX = 15_000;

interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlError[];
}

/** What the server answers instead; its codes are those of docs/protocol.md. */
export class AnswerError extends Error {
  readonly code: string;

  constructor({ message, extensions }: GraphqlError) {
    super(message);
    this.code = String(extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR');
  }

  /** Whether another try may end otherwise. */
  get passes(): boolean {
    return PASSING.includes(this.code);
  }
}

export function errorOf({ errors }: { readonly errors?: readonly GraphqlError[] | undefined }): AnswerError | null {
  const [first] = errors ?? [];
  return first === undefined ? null : new AnswerError(first);
}

/** One operation over HTTP. */
export async function post<Data>(
  url: string,
  accessToken: string | null,
  query: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<Data> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accessToken === null ? {} : { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
  const answer = (await response.json()) as Answer<Data>;
  const error = errorOf(answer);
  if (error !== null || !answer.data) throw error ?? new Error(`There is no answer, but ${response.status}`);
  return answer.data;
}
