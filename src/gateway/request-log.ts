import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DocumentNode, getOperationAST, Kind } from 'graphql';
import type { UserId } from '../domain/identifier.ts';
import type { Logger } from '../telemetry/logs.ts';

/** What becomes known of a request while it is served. Never what people write, nor what lets them in. */
export interface RequestNote {
  userId: UserId | null;
  operation: string | null;
}

const OPERATION_CHARACTERS_MAX = 64;
/** Any other path may say anything. */
const PATHS: ReadonlySet<string> = new Set(['/', '/graphql', '/health', '/ready', '/metrics']);
const ASSETS = '/graphql/assets/';
/** Asked for all the time, or with a page. */
const QUIET = new Set<string | null>(['/health', '/ready', '/metrics', ASSETS]);

/** One line when the response has gone, or its reader has. */
export function logRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, lines }: { readonly requestId: string; readonly lines: Logger },
): RequestNote {
  const note: RequestNote = { userId: null, operation: null };
  const startedAt = performance.now();
  response.once('close', () => {
    const path = pathOf(request.url ?? '/');
    const { statusCode: status, writableFinished } = response;
    const level = QUIET.has(path) && status < 500 ? 'debug' : 'info';
    if (!lines.isLevelEnabled(level)) return;
    const { operation, userId } = note;
    const durationMs = millisecondsSince(startedAt);
    const cut = writableFinished ? {} : { cut: true };
    lines[level]({ requestId, method: request.method, path, operation, status, durationMs, userId, ...cut }, 'request');
  });
  return note;
}

/** `mutation Send`; by its first field where it has no name. */
export function operationLabel(document: DocumentNode, name: string | null | undefined): string | null {
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) return null;
  const [first] = operation.selectionSet.selections;
  const field = first?.kind === Kind.FIELD ? first.name.value : '…';
  return `${operation.operation} ${operation.name?.value ?? field}`.slice(0, OPERATION_CHARACTERS_MAX);
}

export const millisecondsSince = (startedAt: number): number => Math.round((performance.now() - startedAt) * 10) / 10;

function pathOf(url: string): string | null {
  const path = url.split('?', 1)[0] ?? '';
  if (PATHS.has(path)) return path;
  return path.startsWith(ASSETS) ? ASSETS : null;
}
