import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';

/** Where the page lives; its files are below. */
const PAGE_PATH = '/graphql';
const ASSETS_PATH = '/graphql/assets/';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};

/** The editor sets styles and carries its icon font inside its stylesheet; scripts and workers come from this node alone. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const MISSING_PAGE = `<!doctype html><meta charset="utf-8"><title>Parley</title>
<p>GraphiQL has not been built here. Run <code>npm run build</code> and start this node again.
<p>The API itself answers POST requests at this address.
`;

interface File {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Graphiql {
  /** Answers a browser's request for the page or one of its files and returns true; leaves any other request untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Serves GraphiQL as the build left it in `directory`. Its files are read once, so that a request names one of them or nothing: no
 * path from outside ever reaches the disk.
 */
export function createGraphiql({ directory }: { readonly directory: string }): Graphiql {
  const assets = readAssets(join(directory, 'assets'));
  const page = readPage(join(directory, 'index.html'));
  return {
    handle(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const path = request.url ?? '';
      if (path.startsWith(ASSETS_PATH)) {
        const asset = assets.get(path.slice(ASSETS_PATH.length));
        if (asset === undefined) answerNotFound(response);
        else answer(request, response, asset);
        return true;
      }
      if (!wantsPage(path, request.headers.accept)) return false;
      answer(request, response, page);
      return true;
    },
  };
}

/** A browser that opens the address, and not a query by GET or an event stream. */
function wantsPage(path: string, accept = ''): boolean {
  const [pathname, search = ''] = path.split('?', 2);
  return pathname === PAGE_PATH && accept.includes('text/html') && !new URLSearchParams(search).has('query');
}

function answer(request: IncomingMessage, response: ServerResponse, file: File): void {
  const unchanged = request.headers['if-none-match'] === file.headers['etag'];
  response.writeHead(unchanged ? 304 : 200, file.headers);
  if (unchanged || request.method === 'HEAD') response.end();
  else response.end(file.body);
}

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end('Not found\n');
}

function readAssets(directory: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  for (const name of namesIn(directory)) {
    const type = CONTENT_TYPES[extname(name)];
    // The build puts a digest in every name, so that a file never changes under its name.
    if (type !== undefined)
      files.set(name, toFile(readFileSync(join(directory, name)), type, 'public, max-age=31536000, immutable'));
  }
  return files;
}

function readPage(path: string): File {
  const type = 'text/html; charset=utf-8';
  try {
    const page = toFile(readFileSync(path), type, 'no-cache');
    return { ...page, headers: { ...page.headers, 'content-security-policy': CONTENT_SECURITY_POLICY } };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return toFile(Buffer.from(MISSING_PAGE), type, 'no-store');
  }
}

function toFile(body: Buffer, type: string, caching: string): File {
  return {
    body,
    headers: {
      'content-type': type,
      'content-length': String(body.length),
      'cache-control': caching,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      // The same address answers with JSON or an event stream to those who ask for them.
      vary: 'Accept',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    },
  };
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
