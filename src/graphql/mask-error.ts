import { type ExecutionResult, GraphQLError } from 'graphql';
import { ERROR_CODES, ParleyError } from '../domain/error.ts';

export interface ErrorLogger {
  error(fields: { readonly requestId: string; readonly err: unknown }, message: string): void;
}

const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);
/** What graphql-js says of a document over `maxTokens`. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more than \d+ tokens/;
/** `Variable "$input" has invalid value at .lines[0].at: …`, `Argument "Query.updates(wait:)" has …`, with or without a place. */
const INVALID_VALUE = /^(?:Variable "\$(\w+)"|Argument "[\w.]+\((\w+):\)") has invalid value(?: at ([\w.[\]]+))?: /;
const FIELD_AT_FAULT = / (?:required|unknown) field "(\w+)"/;
/** What was given instead, which may hold a password. */
const GIVEN = /(?:,|(?<=\?)) found: .*$|(?<=cannot represent [\w -]*value): .*$/is;

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

  maskAll(result: ExecutionResult, requestId: string): ExecutionResult {
    const { errors } = result;
    return errors === undefined ? result : { ...result, errors: errors.map((error) => this.mask(error, requestId)) };
  }

  #masking(error: unknown, requestId: string): GraphQLError {
    const cause = causeOf(error);
    const known = error instanceof GraphQLError ? error : null;
    if (cause instanceof ParleyError) {
      if (cause.cause !== undefined)
        this.#logger.error({ requestId, err: cause.cause }, `operation ended: ${cause.code}`);
      return rewritten(known, cause.message, detailsOf(cause));
    }
    if (known !== null && cause instanceof GraphQLError && isOfRequest(known, cause)) {
      return rewritten(known, known.message.replace(GIVEN, '.'), requestDetails(known));
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

/**
 * Whether the client is to blame: for a document or variables, before anything ran, or for an argument, which names where it
 * stands in the document. What a type can't show of a resolver's answer names nothing.
 */
function isOfRequest(error: GraphQLError, cause: GraphQLError): boolean {
  return error.path === undefined || cause.nodes !== undefined || CODES.has(error.extensions['code']);
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
  const field = fieldAtFault(message);
  return {
    code: CODES.has(code) ? code : TOO_MANY_TOKENS.test(message) ? 'TOO_COSTLY' : 'BAD_USER_INPUT',
    ...(field === undefined ? {} : { field }),
    ...(http === undefined ? {} : { http }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** The innermost input that the message of a value that does not fit names: `text`, `userIds`. */
function fieldAtFault(message: string): string | undefined {
  const value = INVALID_VALUE.exec(message);
  if (value === null) return undefined;
  const [prefix, variable, argument, place] = value;
  const named = FIELD_AT_FAULT.exec(message.slice(prefix.length).replace(GIVEN, ''))?.[1];
  const last = place
    ?.replace(/(\[\d+\])+$/, '')
    .split('.')
    .at(-1);
  return named ?? (last || (argument ?? variable));
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
