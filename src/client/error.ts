/** `extensions.code` of the server's errors. UNAVAILABLE also where no answer came: the outcome is not known then. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'GROUP_FULL'
  | 'INTERNAL_SERVER_ERROR'
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'TOO_COSTLY'
  | 'UNAUTHENTICATED'
  | 'UNAVAILABLE';

export interface ErrorDetails {
  /** The input that is wrong, where one is. */
  readonly field?: string | undefined;
  /** With RATE_LIMITED: when to try again. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** What the SDK's promises reject with. The message is fit to be shown. */
export class ParleyError extends Error {
  override readonly name = 'ParleyError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, { field, retryAfterMs, cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.field = field;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An error as the server sends it. */
export interface WireError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly field?: string; readonly retryAfterMs?: number };
}

export function errorFrom({ message, extensions = {} }: WireError): ParleyError {
  // A code that this version does not know is one that nothing can be done about here.
  return new ParleyError((extensions.code ?? 'INTERNAL_SERVER_ERROR') as ErrorCode, message, extensions);
}

export function asParleyError(error: unknown): ParleyError {
  if (error instanceof ParleyError) return error;
  return new ParleyError('UNAVAILABLE', error instanceof Error ? error.message : String(error), { cause: error });
}
