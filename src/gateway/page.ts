import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
};
const TEXT = /^text\/|svg/;
/** Less than a packet: there is nothing to gain. */
const COMPRESSED_BYTES_MIN = 1_400;

interface File {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Made when somebody takes it, and kept. */
  compressed: Promise<Buffer> | null;
}

export interface PageOptions {
  /** As the build left it: index.html, and what it needs in assets. */
  readonly directory: string;
  /** Whether a browser opens the page with this. */
  readonly isFor: (request: IncomingMessage) => boolean;
  /** Begins and ends with a slash. */
  readonly assetsPath: string;
  readonly contentSecurityPolicy: string;
  /** HTML to answer with where nothing was built. */
  readonly missing: string;
}

export interface Page {
  /** Answers a browser's request for the page or one of its files and returns true; leaves any other request untouched. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Serves a page that was built. Its files are read once, so that a request names one of them or nothing: no path from outside ever reaches the disk.
 */
export function createPage({ directory, isFor, assetsPath, contentSecurityPolicy, missing }: PageOptions): Page {
  const assets = readAssets(join(directory, 'assets'), contentSecurityPolicy);
  const page = readPage(join(directory, 'index.html'), contentSecurityPolicy, missing);
  return {
    handle(request, response) {
      if (request.method !== 'GET' && request.method !== 'HEAD') return false;
      const path = request.url ?? '';
      if (path.startsWith(assetsPath)) {
        const asset = assets.get(path.slice(assetsPath.length));
        if (asset === undefined) answerNotFound(response);
        else answer(request, response, asset);
        return true;
      }
      if (!isFor(request)) return false;
      answer(request, response, page);
      return true;
    },
  };
}

/** A browser that opens an address, and not a program that asks for data there. */
export const wantsHtml = ({ headers }: IncomingMessage): boolean => headers.accept?.includes('text/html') ?? false;

function answer(request: IncomingMessage, response: ServerResponse, file: File): void {
  if (request.headers['if-none-match'] === file.headers['etag']) {
    response.writeHead(304, file.headers).end();
    return;
  }
  const isCompressed = file.compressed !== null || isWorthCompressing(file);
  if (!isCompressed || !/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) {
    send(request, response, file.headers, file.body);
    return;
  }
  file.compressed ??= compress(file.body);
  file.compressed.then(
    (body) => send(request, response, { ...file.headers, 'content-encoding': 'gzip' }, body),
    () => send(request, response, file.headers, file.body),
  );
}

function send(request: IncomingMessage, response: ServerResponse, headers: File['headers'], body: Buffer): void {
  response.writeHead(200, { ...headers, 'content-length': String(body.length) });
  if (request.method === 'HEAD') response.end();
  else response.end(body);
}

const isWorthCompressing = ({ body, headers }: File): boolean =>
  body.length >= COMPRESSED_BYTES_MIN && TEXT.test(headers['content-type'] ?? '');

function answerNotFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' });
  response.end('Not found\n');
}

function readAssets(directory: string, contentSecurityPolicy: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  // The build puts a digest in every name, so that a file never changes under its name.
  const caching = 'public, max-age=31536000, immutable';
  for (const name of namesIn(directory)) {
    const type = CONTENT_TYPES[extname(name)];
    if (type === undefined) continue;
    // A worker has the policy that its script comes with.
    files.set(name, toFile(readFileSync(join(directory, name)), type, caching, contentSecurityPolicy));
  }
  return files;
}

function readPage(path: string, contentSecurityPolicy: string, missing: string): File {
  const type = 'text/html; charset=utf-8';
  try {
    return toFile(readFileSync(path), type, 'no-cache', contentSecurityPolicy);
  } catch (error) {
    if (!isMissing(error)) throw error;
    return toFile(Buffer.from(missing), type, 'no-store', contentSecurityPolicy);
  }
}

function toFile(body: Buffer, type: string, caching: string, contentSecurityPolicy: string): File {
  return {
    body,
    headers: {
      'content-type': type,
      'cache-control': caching,
      'content-security-policy': contentSecurityPolicy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      // The same address answers with something else to programs.
      vary: 'Accept, Accept-Encoding',
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    },
    compressed: null,
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
