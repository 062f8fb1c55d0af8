import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  OperationTypeNode,
  parse,
  recommendedRules,
  specifiedRules,
  validate,
  validateExecutionArgs,
  validateSubscriptionArgs,
} from 'graphql';
import type { Limits } from '../config/limits.ts';
import { ParleyError } from '../domain/error.ts';
import { AffordableOperations } from './affordable.ts';
import type { Asker, Context } from './context.ts';
import { DocumentCache } from './document-cache.ts';
import { checkShape } from './document-shape.ts';
import { EventExecutions } from './event-executions.ts';
import { IteratorSource, isEventSource } from './event-source.ts';
import { Executor } from './execution/executor.ts';
import { type ErrorLogger, ErrorMask } from './mask-error.ts';
import { ResponseStream } from './response-stream.ts';
import { schema } from './schema.ts';

/** How operations run, whatever transport they came by: each rule holds for all of them. */
export interface Engine {
  readonly schema: GraphQLSchema;
  /**
   * Throws a GraphQLError where the source is no document or too long a one; RATE_LIMITED where who sent it has asked too much to have
   * any looked at but those that are known to be valid. A document that is refused, here or by `validate`, is to be counted as a read.
   */
  parse(source: string, asker?: Asker): DocumentNode;
  /** Also says what is too deep or too broad, with the code TOO_COSTLY. */
  validate(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
  /** `contextValue` is a {@link Context}. Never rejects; every error in the result is fit for the client. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /**
   * The same for subscriptions. The stream never rejects either, and its `return()` ends it at once. Who asks the same of the same
   * events is given the same payloads: see {@link EventExecutions}.
   */
  subscribe(args: ExecutionArgs): Promise<ResponseStream | ExecutionResult>;
  /** Fit for the client: see {@link ErrorMask}. */
  maskError(error: unknown, requestId: string): GraphQLError;
}

export interface EngineOptions {
  readonly limits: Limits;
  readonly logger: ErrorLogger;
}

const RULES = [...new Set([...specifiedRules, ...recommendedRules])];
const VALIDATION_ERRORS_MAX = 20;
/** A document of the product's own has some 100 tokens. */
const TOKENS_CACHED_PER_DOCUMENT = 200;

export function createEngine({ limits, logger }: EngineOptions): Engine {
  const documents = new DocumentCache({
    documentsMax: limits.documentsCached,
    tokensMax: limits.documentsCached * TOKENS_CACHED_PER_DOCUMENT,
  });
  const affordable = new AffordableOperations(schema, limits.documentCostMax);
  const errors = new ErrorMask(logger);
  const executor = new Executor(limits);
  const executions = new EventExecutions({ errors, executor, limits });

  const masked = (result: ExecutionResult, { connection }: Context): ExecutionResult =>
    errors.maskAll(result, connection.requestId);

  const validated = (document: DocumentNode): readonly GraphQLError[] => {
    if (documents.isValid(document)) return [];
    try {
      checkShape(document, limits);
    } catch (error) {
      if (error instanceof ParleyError) return [new GraphQLError(error.message, { extensions: { code: error.code } })];
      throw error;
    }
    const found = validate(schema, document, RULES, { maxErrors: VALIDATION_ERRORS_MAX });
    if (found.length === 0) documents.addValid(document);
    return found;
  };

  /** What every operation has to pass, however its document came here. */
  const guarded = async <Result>(
    args: ExecutionArgs,
    run: (context: Context) => Promise<Result | ExecutionResult>,
  ): Promise<Result | ExecutionResult> => {
    const context = args.contextValue as Context;
    try {
      const invalid = validated(args.document);
      if (invalid.length > 0) return masked({ errors: invalid }, context);
      affordable.require(args);
      const { viewer, connection, services } = context;
      if (isReading(args)) services.accounts.countRead(viewer, connection.clientAddress);
      return await run(context);
    } catch (error) {
      return { errors: [errors.mask(error, context.connection.requestId)] };
    }
  };

  return {
    schema,
    maskError: (error, requestId) => errors.mask(error, requestId),
    parse: (source, asker) => {
      const known = documents.get(source);
      if (known !== undefined) return known;
      asker?.services.accounts.checkRead(asker.viewer, asker.connection.clientAddress);
      return parse(source, { maxTokens: limits.documentTokensMax });
    },
    // Whoever serves HTTP gives an error without a code one of its own.
    validate: (_, document) => validated(document).map((error) => errors.mask(error, 'validation')),

    execute: (args) =>
      guarded(args, async (context) => {
        const valid = validateExecutionArgs({ ...args, schema });
        if (!('schema' in valid)) return masked({ errors: valid }, context);
        return masked(await executor.executeRootSelectionSet(valid), context);
      }),

    subscribe: (args) =>
      guarded<ResponseStream>(args, async (context) => {
        const subscription = validateSubscriptionArgs({ ...args, schema });
        if (!('schema' in subscription)) return masked({ errors: subscription }, context);
        const source = await createSourceEventStream(subscription);
        if (!(Symbol.asyncIterator in source)) return masked(source, context);
        const events = isEventSource(source) ? source : new IteratorSource(source[Symbol.asyncIterator]());
        return new ResponseStream(events, executions.of(subscription, context));
      }),
  };
}

/** Mutations are counted by what they change. */
function isReading({ document, operationName }: ExecutionArgs): boolean {
  return getOperationAST(document, operationName)?.operation !== OperationTypeNode.MUTATION;
}
