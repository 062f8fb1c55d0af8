/** The closed list of `extensions.code`: what a client can act on. */
export const ERROR_CODES = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'BAD_USER_INPUT',
  'CONFLICT',
  'GROUP_FULL',
  'RATE_LIMITED',
  'UNAVAILABLE',
  'TOO_COSTLY',
  'INTERNAL_SERVER_ERROR',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

interface ErrorDetail {
  /** The input at fault, as the client named it: `text`, `memberIds`. With BAD_USER_INPUT. */
  readonly field?: string;
  /** With RATE_LIMITED. */
  readonly retryAfterMs?: number;
  /** For the log; never leaves the process. */
  readonly cause?: unknown;
}

/**
 * An error whose code and words are meant for the client. Whatever else is thrown is masked as INTERNAL_SERVER_ERROR
 * at the edge, its cause logged.
 */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, detail: ErrorDetail = {}) {
    super(message, { cause: detail.cause });
    this.code = code;
    this.field = detail.field;
    this.retryAfterMs = detail.retryAfterMs;
  }
}

export const badInput = (field: string, message: string): ParleyError =>
  new ParleyError('BAD_USER_INPUT', message, { field });
/** The one answer for what does not exist and for what the viewer may not know of. */
export const notFound = (what: string): ParleyError => new ParleyError('NOT_FOUND', `No such ${what}.`);
export const forbidden = (message: string): ParleyError => new ParleyError('FORBIDDEN', message);
export const unauthenticated = (message = 'Log in first.'): ParleyError => new ParleyError('UNAUTHENTICATED', message);
/** Nothing was decided, or the outcome is not known yet: the same again, with the same nonce, is safe. */
export const unavailable = (message: string, cause?: unknown): ParleyError =>
  new ParleyError('UNAVAILABLE', message, { cause });
