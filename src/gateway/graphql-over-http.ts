import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin } from 'graphql-yoga';
import type { Limits } from '../config/limits.ts';
import { ParleyError } from '../domain/error.ts';
import type { Viewer } from '../domain/viewer.ts';
import { type ClientConnection, createContext } from '../graphql/context.ts';
import type { Engine } from '../graphql/engine.ts';
import type { Services } from '../services/services.ts';
import { answerPost } from './graphql-post.ts';
import { operationLabel, type RequestNote } from './request-log.ts';
import { asConnection, type StreamLifetimeOptions } from './stream-lifetime.ts';

export interface HttpRequest {
  readonly viewer: Viewer | null;
  readonly connection: ClientConnection;
  /** Once more: rejects where the token that was sent proves nothing any more. */
  readonly authenticate: () => Promise<unknown>;
  readonly note: RequestNote;
}

export interface GraphqlOverHttpOptions extends StreamLifetimeOptions {
  readonly engine: Engine;
  readonly services: Services;
  readonly limits: Limits;
}

interface ServerContext extends HttpRequest {
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

/** GraphQL over HTTP and server-sent events, by graphql-yoga around the engine that sockets use too; what is asked most goes past it. */
export function createGraphqlOverHttp(options: GraphqlOverHttpOptions) {
  const { engine, services, limits } = options;
  // yoga tells neither request nor context to whoever masks an error.
  const requestIds = new AsyncLocalStorage<string>();
  const yoga = createYoga<ServerContext>({
    schema: engine.schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    batching: false,
    multipart: false,
    cors: false,
    logging: false,
    parserAndValidationCache: false,
    maxRequestBodySize: limits.frameBytesMax,
    maskedErrors: { maskError: (error) => engine.maskError(error, requestIds.getStore() ?? 'unknown') },
    context: ({ viewer, connection }) => createContext(services, viewer, connection),
    plugins: [useEngine(options)],
  });
  const serve = async (request: IncomingMessage, response: ServerResponse, http: HttpRequest): Promise<void> => {
    const unanswered = await answerPost(request, response, http, options);
    if (unanswered === null) return;
    // Yoga takes a body that has been read from where some frameworks put it.
    if (unanswered.body !== null) Object.assign(request, { body: unanswered.body });
    await requestIds.run(http.connection.requestId, () => yoga.handle(request, response, http));
  };
  return (request: IncomingMessage, response: ServerResponse, http: HttpRequest): void => {
    serve(request, response, http).catch(() => response.destroy());
  };
}

/** The engine's own four functions in place of yoga's, so that every rule of the socket holds here. */
function useEngine(options: GraphqlOverHttpOptions): Plugin<object, ServerContext> {
  const { engine, services } = options;
  const countRefused = (context: object): void => {
    const { viewer, connection } = serverContext(context);
    try {
      services.accounts.countRead(viewer, connection.clientAddress);
    } catch (error) {
      throw withStatus(error);
    }
  };
  return {
    onRequestParse: ({ requestParser, setRequestParser, serverContext: context }) => {
      if (requestParser === undefined) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          countRefused(context);
          throw error instanceof SyntaxError ? notJson() : withOwnStatus(error);
        }
      });
    },
    onParse: ({ context, setParseFn }) =>
      setParseFn((source: string) => {
        try {
          const { viewer, connection } = serverContext(context);
          return engine.parse(source, { viewer, connection, services });
        } catch (error) {
          countRefused(context);
          throw error;
        }
      }),
    onValidate: ({ context, setValidationFn }) =>
      setValidationFn((schema: GraphQLSchema, document: DocumentNode) => {
        const errors = engine.validate(schema, document);
        if (errors.length > 0) countRefused(context);
        return errors;
      }),
    onExecute: ({ setExecuteFn }) =>
      setExecuteFn((args) => {
        noteOperation(args);
        return engine.execute(args);
      }),
    onSubscribe: ({ setSubscribeFn, args }) => {
      const { viewer, connection, authenticate, res } = serverContext(args.contextValue);
      setSubscribeFn(async (given) => {
        noteOperation(given);
        const results = await engine.subscribe(given);
        if (viewer === null || !(Symbol.asyncIterator in results)) return results;
        const stream = { viewer, connection, authenticate, response: res };
        return asConnection(results, stream, options).catch((error: unknown) => {
          throw withStatus(error);
        });
      });
    },
  };
}

/** What yoga was handed with the request is in its context at every stage, whatever its types say. */
const serverContext = (context: unknown): ServerContext => context as ServerContext;

function noteOperation({ document, operationName, contextValue }: ExecutionArgs): void {
  serverContext(contextValue).note.operation = operationLabel(document, operationName);
}

/** Of a GET, whose parameters yoga parses without a look at what that throws. */
const notJson = (): GraphQLError =>
  new GraphQLError('The parameters variables and extensions are to be JSON.', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });

/** Yoga answers 200 to those who accept application/json also where the body is not JSON, as if it were a document with a mistake. */
function withOwnStatus(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  const { code, http } = error.extensions;
  if (typeof http !== 'object' || http === null || !('status' in http)) return error;
  return new GraphQLError(error.message, { extensions: { code, http: { status: http.status } } });
}

const STATUS_BY_CODE: Readonly<Record<string, number>> = { UNAUTHENTICATED: 401, RATE_LIMITED: 429, UNAVAILABLE: 503 };

/** What is refused before anything has run can say so by its status. */
function withStatus(error: unknown): unknown {
  if (!(error instanceof ParleyError)) return error;
  const { code, retryAfterMs } = error;
  return new GraphQLError(error.message, {
    extensions: {
      code,
      http: { status: STATUS_BY_CODE[code] ?? 200 },
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    },
  });
}
