import { GraphQLError } from 'graphql';
import { ERROR_CODES, ParleyError } from '../domain/error.ts';

export interface ErrorLogger {
  error(fields: { readonly requestId: string; readonly err: unknown }, message: string): void;
}

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);
/** What graphql-js says of a document over `maxTokens`. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more than \d+ tokens/;
/** `Variable "$input" has invalid value at .text: …`, and the same without a place. */
const VARIABLE = /^Variable "\$(\w+)" has invalid value(?: at \.?([\w.[\]]+))?:/;

/** What clients see of errors: those meant for them with their code, all others as INTERNAL_SERVER_ERROR, their cause in the log. */
export class ErrorMask {
  readonly #logger: ErrorLogger;
  readonly #masked = new WeakSet<GraphQLError>();

  constructor(logger: ErrorLogger) {
    this.#logger = logger;
  }

  /** An error that has been masked already is given back as it is. */
  mask(error: unknown, requestId: string): GraphQLError {
    if (error instanceof GraphQLError && this.#masked.has(error)) return error;
    const masked = this.#masking(error, requestId);
    this.#masked.add(masked);
    return masked;
  }

  #masking(error: unknown, requestId: string): GraphQLError {
    const cause = causeOf(error);
    const known = error instanceof GraphQLError ? error : null;
    if (cause instanceof ParleyError) return rewritten(known, cause.message, detailsOf(cause));
    if (known !== null && cause === known && (known.path === undefined || CODES.has(known.extensions['code']))) {
      return rewritten(known, known.message, requestDetails(known));
    }
    this.#logger.error({ requestId, err: cause }, 'operation failed');
    return rewritten(known, 'Something went wrong.', { code: 'INTERNAL_SERVER_ERROR', requestId });
  }
}

/** The innermost error: graphql-js wraps what resolvers throw. */
function causeOf(error: unknown): unknown {
  let inner: unknown = error;
  while (inner instanceof GraphQLError && inner.cause !== undefined && inner.cause !== null) inner = inner.cause;
  return inner;
}

function detailsOf({ code, field, retryAfterMs }: ParleyError): Record<string, unknown> {
  return {
    code,
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** Of an error in the request itself: its syntax, its fields, its variables. */
function requestDetails({ message, extensions }: GraphQLError): Record<string, unknown> {
  const { code, http, retryAfterMs } = extensions;
  const [, variable, place] = VARIABLE.exec(message) ?? [];
  const field =
    place
      ?.split('.')
      .at(-1)
      ?.replace(/\[\d+\]$/, '') || variable;
  return {
    code: CODES.has(code) ? code : TOO_MANY_TOKENS.test(message) ? 'TOO_COSTLY' : 'BAD_USER_INPUT',
    ...(field === undefined ? {} : { field }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(http === undefined ? {} : { http }),
  };
}

function rewritten(from: GraphQLError | null, message: string, extensions: Record<string, unknown>): GraphQLError {
  return new GraphQLError(message, {
    extensions,
    ...(from?.nodes === undefined ? {} : { nodes: from.nodes }),
    ...(from?.source === undefined ? {} : { source: from.source }),
    ...(from?.positions === undefined ? {} : { positions: from.positions }),
    ...(from?.path === undefined ? {} : { path: from.path }),
  });
}
