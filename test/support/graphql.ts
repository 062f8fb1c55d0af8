export interface Answer<Data = Record<string, unknown>> {
  readonly status: number;
  readonly data: Data | null | undefined;
  readonly errors:
    | readonly {
        readonly message: string;
        readonly path?: readonly (string | number)[];
        readonly extensions?: { readonly code?: string; readonly field?: string; readonly retryAfterMs?: number };
      }[]
    | undefined;
}

/** One operation over HTTP, whatever comes of it. */
export async function ask<Data = Record<string, unknown>>(
  url: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
  more: Readonly<Record<string, string>> = {},
): Promise<Answer<Data>> {
  const headers: Record<string, string> = { 'content-type': 'application/json', accept: 'application/json', ...more };
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const body = (await response.json()) as Pick<Answer<Data>, 'data' | 'errors'>;
  return { status: response.status, data: body.data, errors: body.errors };
}

/** The data of an operation that has to succeed. */
export async function run<Data = Record<string, unknown>>(
  url: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const { data, errors } = await ask<Data>(url, token, query, variables);
  if (errors !== undefined || data === null || data === undefined) throw new Error(JSON.stringify(errors ?? 'no data'));
  return data;
}

/** The code of the error that an operation has to end with, with its field where it names one. */
export async function codeOf(
  url: string,
  token: string | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<string> {
  const { errors } = await ask(url, token, query, variables);
  const { code, field } = errors?.[0]?.extensions ?? {};
  return field === undefined ? `${code}` : `${code} ${field}`;
}
