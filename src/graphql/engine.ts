import {
  createSourceEventStream,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  executeSubscriptionEvent,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  recommendedRules,
  specifiedRules,
  validate,
  validateSubscriptionArgs,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Limits } from '../config/limits.ts';
import { type Context, freshContext } from './context.ts';
import { measureOperation } from './document-size.ts';
import { type ErrorLogger, ErrorMask } from './mask-error.ts';
import { ResponseStream } from './response-stream.ts';
import { schema } from './schema.ts';

/** How operations run, whatever transport they came by: each rule holds for all of them. */
export interface Engine {
  readonly schema: GraphQLSchema;
  /** Throws a GraphQLError where the source is no document or too long a one. */
  parse(source: string): DocumentNode;
  validate(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
  /** `contextValue` is a {@link Context}. Never rejects; every error in the result is fit for the client. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /** The same for subscriptions. The iterator never rejects either, and its `return()` ends it at once. */
  subscribe(args: ExecutionArgs): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
  /** Fit for the client: see {@link ErrorMask}. */
  maskError(error: unknown, requestId: string): GraphQLError;
}

export interface EngineOptions {
  readonly limits: Limits;
  readonly logger: ErrorLogger;
}

const RULES = [...new Set([...specifiedRules, ...recommendedRules])];
const CACHED_CHARACTERS_MAX = 8_000_000;

export function createEngine({ limits, logger }: EngineOptions): Engine {
  const documents = new LRUCache<string, DocumentNode>({
    max: limits.documentsCached,
    maxSize: CACHED_CHARACTERS_MAX,
    sizeCalculation: (_, source) => source.length + 1,
  });
  const valid = new WeakSet<DocumentNode>();
  /** Operations whose size no variable changes, by document. */
  const affordable = new WeakMap<DocumentNode, Set<unknown>>();
  const errors = new ErrorMask(logger);

  const masked = (result: ExecutionResult, context: Context): ExecutionResult =>
    result.errors === undefined
      ? result
      : { ...result, errors: result.errors.map((error) => errors.mask(error, context.connection.requestId)) };

  const requireAffordable = ({ document, operationName, variableValues }: ExecutionArgs): void => {
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined || affordable.get(document)?.has(operation)) return;
    const { dependsOnVariables } = measureOperation(schema, document, operation, variableValues ?? {}, limits);
    if (dependsOnVariables) return;
    const known = affordable.get(document) ?? new Set();
    affordable.set(document, known.add(operation));
  };

  const guarded = async <Result>(
    args: ExecutionArgs,
    run: (context: Context) => Promise<Result | ExecutionResult>,
  ): Promise<Result | ExecutionResult> => {
    const context = args.contextValue as Context;
    try {
      requireAffordable(args);
      return await run(context);
    } catch (error) {
      return { errors: [errors.mask(error, context.connection.requestId)] };
    }
  };

  return {
    schema,
    maskError: (error, requestId) => errors.mask(error, requestId),

    parse(source) {
      const cached = documents.get(source);
      if (cached !== undefined) return cached;
      const document = parse(source, { maxTokens: limits.documentTokensMax });
      documents.set(source, document);
      return document;
    },

    validate(_, document) {
      if (valid.has(document)) return [];
      const found = validate(schema, document, RULES, { maxErrors: 20 });
      if (found.length === 0) valid.add(document);
      return found;
    },

    execute: (args) => guarded(args, async (context) => masked(await execute({ ...args, schema }), context)),

    subscribe: (args) =>
      guarded<AsyncIterableIterator<ExecutionResult>>(args, async (context) => {
        const subscription = validateSubscriptionArgs({ ...args, schema });
        if (!('schema' in subscription)) return masked({ errors: subscription }, context);
        const source = await createSourceEventStream(subscription);
        if (!(Symbol.asyncIterator in source)) return masked(source, context);
        return new ResponseStream({
          source: source[Symbol.asyncIterator](),
          execute: async (event) => {
            const perEvent = { ...subscription, rootValue: event, contextValue: freshContext(context) };
            return masked(await executeSubscriptionEvent(perEvent), context);
          },
          failed: (error) => masked({ errors: [errors.mask(error, context.connection.requestId)] }, context),
        });
      }),
  };
}
