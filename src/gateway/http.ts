import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Limits } from '../config/limits.ts';
import { ParleyError } from '../domain/error.ts';
import type { Services } from '../services/services.ts';
import type { Logger } from '../telemetry/logs.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { authenticateHeader } from './authentication.ts';
import { clientAddress } from './client-address.ts';
import type { createGraphqlOverHttp } from './graphql-over-http.ts';
import { HttpConnection } from './http-connection.ts';
import { LANDING_PAGE } from './landing-page.ts';
import type { Origins } from './origins.ts';
import type { Page } from './page.ts';
import { requestIdFrom } from './request-id.ts';
import { logRequest, type RequestNote } from './request-log.ts';

export interface HttpOptions {
  readonly graphql: ReturnType<typeof createGraphqlOverHttp>;
  readonly pages: readonly Page[];
  readonly services: Services;
  readonly origins: Origins;
  readonly trustedProxies: number;
  readonly metrics: Pick<Metrics, 'contentType' | 'text'>;
  readonly takesRequests: boolean;
  /** Whether the connection is one more than the node may hold. */
  readonly isSurplus: (connection: Duplex) => boolean;
  readonly whyNotReady: () => string | null;
  /** Aborts when the node drains. */
  readonly draining: AbortSignal;
  /** Aborts when the node can't wait any longer for what requests wait for. */
  readonly finishing: AbortSignal;
  readonly limits: Limits;
  readonly logger: Logger;
  /** For the line of each request. */
  readonly lines: Logger;
}

const WATCHED_PATHS = ['/health', '/ready', '/metrics'];

const JSON_TYPE = /^application\/(graphql\+)?json\s*(;|$)/;

const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"],
  ['cross-origin-opener-policy', 'same-origin'],
];

export function createHttpServer(options: HttpOptions): Server {
  const { limits } = options;
  const server = createServer(
    {
      headersTimeout: limits.requestHeadersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      // Some HTTP clients offer HTTP/2 with every request; those are to be answered as if they had not.
      shouldUpgradeCallback: (request) => request.headers.upgrade?.toLowerCase() === 'websocket',
    },
    (request, response) => {
      handle(request, response, options).catch((error: unknown) => {
        options.logger.error({ err: error }, 'request failed');
        response.destroy();
      });
    },
  );
  server.setTimeout(limits.connectionIdleMs);
  server.on('clientError', (_error, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, options: HttpOptions): Promise<void> {
  const requestId = requestIdFrom(request.headers['x-request-id']);
  const note = logRequest(request, response, { requestId, lines: options.lines });
  if (options.draining.aborted) response.shouldKeepAlive = false;
  response.setHeader('x-request-id', requestId);
  for (const [name, value] of SECURITY_HEADERS) response.setHeader(name, value);
  const path = (request.url ?? '/').split('?', 1)[0];
  if (options.isSurplus(request.socket)) {
    response.shouldKeepAlive = false;
    // Whoever watches the node must not take it for dead.
    if (path === undefined || !WATCHED_PATHS.includes(path)) {
      response.setHeader('retry-after', '1');
      return refuse(response, 503, new ParleyError('UNAVAILABLE', 'This node is full: try again, or another one.'));
    }
  }
  if (options.takesRequests && options.pages.some((page) => page.handle(request, response))) return;
  if (options.takesRequests && path === '/graphql') {
    return handleGraphql(request, response, { requestId, note }, options);
  }
  if (path === '/health') return answer(response, 200, { status: 'ok' });
  if (path === '/ready') {
    const reason = options.whyNotReady();
    return reason === null
      ? answer(response, 200, { status: 'ready' })
      : answer(response, 503, { status: 'not ready', reason });
  }
  if (path === '/metrics') {
    const text = await options.metrics.text();
    response.writeHead(200, { 'content-type': options.metrics.contentType, 'cache-control': 'no-store' }).end(text);
    return;
  }
  if (options.takesRequests && (path === '/' || path === '/about')) {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(LANDING_PAGE);
    return;
  }
  answer(response, 404, {
    errors: [
      {
        message: options.takesRequests ? 'Nothing is here: see /.' : 'This node takes no requests.',
        extensions: { code: 'NOT_FOUND' },
      },
    ],
  });
}

async function handleGraphql(
  request: IncomingMessage,
  response: ServerResponse,
  { requestId, note }: { readonly requestId: string; readonly note: RequestNote },
  options: HttpOptions,
): Promise<void> {
  const { services, origins, trustedProxies, graphql, logger, finishing } = options;
  response.setHeader('cache-control', 'no-store');
  if (origins.handle(request, response)) return;
  if (request.method === 'POST') {
    const contentType = request.headers['content-type']?.toLowerCase();
    if (contentType === undefined || !JSON_TYPE.test(contentType)) {
      return refuse(response, 415, new ParleyError('BAD_USER_INPUT', 'Send the body as application/json.'));
    }
    // yoga takes small letters only.
    request.headers['content-type'] = contentType;
  }
  const client = clientAddress(request, trustedProxies);
  const authenticate = () =>
    authenticateHeader(request.headers.authorization, (token) => services.accounts.authenticate(token));
  try {
    const viewer = await authenticate();
    note.userId = viewer?.userId ?? null;
    const connection = new HttpConnection({ requestId, ...client, response, finishing });
    graphql(request, response, { viewer, connection, authenticate, note });
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'UNAUTHENTICATED') return refuse(response, 401, error);
    logger.error({ requestId, err: error }, 'authentication failed');
    refuse(response, 503, new ParleyError('UNAVAILABLE', 'Try again.'));
  }
}

function refuse(response: ServerResponse, status: number, error: ParleyError): void {
  if (status === 401) response.setHeader('www-authenticate', 'Bearer');
  answer(response, status, { errors: [{ message: error.message, extensions: { code: error.code } }] });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}
