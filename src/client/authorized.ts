import type { TypedDocument } from '../../schema/generated/client.ts';
import { asParleyError } from './error.ts';
import { type RequestOptions, request } from './request.ts';

export interface Credentials {
  readonly token: () => Promise<string>;
  /** The server takes this one no more. */
  readonly refused: (accessToken: string) => void;
}

export type Ask = <Result, Variables>(
  document: TypedDocument<Result, Variables>,
  variables: Variables,
  options?: Pick<RequestOptions, 'signal' | 'timeoutMs'>,
) => Promise<Result>;

/** Queries and mutations with the session's token; once more with another where the server refuses the first. */
export function authorizedBy({ token, refused }: Credentials, url: string): Ask {
  return async (document, variables, options = {}) => {
    const accessToken = await token();
    try {
      return await request(document, variables, { url, accessToken, ...options });
    } catch (error) {
      if (asParleyError(error).code !== 'UNAUTHENTICATED') throw error;
      refused(accessToken);
      return request(document, variables, { url, accessToken: await token(), ...options });
    }
  };
}
