import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, type ExecutionResult, getOperationAST, OperationTypeNode } from 'graphql';
import { createContext } from '../graphql/context.ts';
import type { Engine } from '../graphql/engine.ts';
import type { Services } from '../services/services.ts';
import { acceptedJsonType } from './accepted-type.ts';
import type { HttpRequest } from './graphql-over-http.ts';
import { operationLabel } from './request-log.ts';

export interface GraphqlPostOptions {
  readonly engine: Engine;
  readonly services: Services;
  readonly limits: { readonly frameBytesMax: number };
}

interface Operation {
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

/** What is left to yoga: the request, and its body where that has been read. */
export interface Unanswered {
  readonly body: string | null;
}

const UNREAD: Unanswered = Object.freeze({ body: null });
const PARAMETERS: ReadonlySet<string> = new Set(['query', 'operationName', 'variables', 'extensions']);

/**
 * The everyday request, a POST of one query or mutation that is answered as JSON, without the objects of the Fetch API, which cost several times
 * what it takes to execute it. Whatever is not exactly that is left to yoga; null where it was answered.
 */
export async function answerPost(
  request: IncomingMessage,
  response: ServerResponse,
  http: HttpRequest,
  options: GraphqlPostOptions,
): Promise<Unanswered | null> {
  const contentType = acceptedJsonType(request.headers.accept);
  if (contentType === null || !isPlainPost(request, options.limits.frameBytesMax)) return UNREAD;
  const body = await textOf(request);
  if (body === null) return null;
  const operation = operationOf(body, http, options);
  if (operation === null) return { body };
  const { document, operationName } = operation;
  http.note.operation = operationLabel(document, operationName);
  const contextValue = createContext(options.services, http.viewer, http.connection);
  const { engine } = options;
  const result = await engine.execute({ schema: engine.schema, contextValue, ...operation });
  if (result.data === undefined) return { body };
  send(response, contentType, result);
  return null;
}

function isPlainPost({ method, headers }: IncomingMessage, bytesMax: number): boolean {
  return (
    method === 'POST' &&
    headers['content-encoding'] === undefined &&
    /^\d+$/.test(headers['content-length'] ?? '') &&
    Number(headers['content-length']) <= bytesMax
  );
}

/** Null where the client has gone before its end. */
function textOf(request: IncomingMessage): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const [first = Buffer.alloc(0)] = chunks;
    resolve((chunks.length > 1 ? Buffer.concat(chunks) : first).toString());
  });
  request.once('close', () => resolve(null));
  request.once('error', () => resolve(null));
  return promise;
}

/** Null for all that has to be refused, and for subscriptions. */
function operationOf(
  body: string,
  { viewer, connection }: HttpRequest,
  { engine, services }: GraphqlPostOptions,
): Operation | null {
  try {
    const parameters: unknown = JSON.parse(body);
    if (!isObject(parameters) || Object.keys(parameters).some((name) => !PARAMETERS.has(name))) return null;
    const { query, operationName = null, variables = null, extensions = null } = parameters;
    if (typeof query !== 'string') return null;
    if (operationName !== null && typeof operationName !== 'string') return null;
    if (!(isObject(variables) || variables === null) || !(isObject(extensions) || extensions === null)) return null;
    const document = engine.parse(query, { viewer, connection, services });
    if (engine.validate(engine.schema, document).length > 0) return null;
    const operation = getOperationAST(document, operationName)?.operation;
    if (operation === undefined || operation === OperationTypeNode.SUBSCRIPTION) return null;
    return { document, operationName, variableValues: variables ?? {} };
  } catch {
    // Yoga finds the same, and says it as the specification wants it.
    return null;
  }
}

function send(response: ServerResponse, contentType: string, result: ExecutionResult): void {
  if (response.destroyed) return;
  const body = JSON.stringify(result);
  response.writeHead(200, {
    'content-type': `${contentType}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
  });
  // A text leaves together with the head.
  response.end(body);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
