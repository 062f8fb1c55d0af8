export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly stack?: string;
  /** `ECONNREFUSED`, `UNAVAILABLE`. */
  readonly code?: string | number;
  readonly cause?: DescribedError;
  /** Of several that failed together, the first few. */
  readonly errors?: readonly DescribedError[];
}

const DEPTH_MAX = 5;
const ERRORS_MAX = 3;

/**
 * What a log line says of an error. Nothing but what is named here: vendors hang whole commands on their errors, with what
 * people wrote and the passwords of servers among their arguments.
 */
export function describedError(error: unknown, depth = 1): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error ? error.code : undefined;
  const isDeep = depth >= DEPTH_MAX;
  return {
    type: name,
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || cause === null || isDeep ? {} : { cause: describedError(cause, depth + 1) }),
    ...(error instanceof AggregateError && !isDeep
      ? { errors: error.errors.slice(0, ERRORS_MAX).map((each) => describedError(each, depth + 1)) }
      : {}),
  };
}
