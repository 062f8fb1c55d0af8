import type { Config } from '../config/config.ts';
import { createPage, type Page, wantsHtml } from './page.ts';

export interface ChatOptions {
  readonly directory: string;
  /** Pages of these may use this node with their users' tokens, and this page may use them: the nodes of one cluster. */
  readonly allowedOrigins: Config['server']['allowedOrigins'];
}

const MISSING_PAGE = `<!doctype html><meta charset="utf-8"><title>Parley</title>
<p>The chat has not been built here. Run <code>npm run build</code> and start this node again.
<p>What else this node offers is at <a href="/about">/about</a>.
`;

/** The web chat, where browsers open a node. */
export function createChat({ directory, allowedOrigins }: ChatOptions): Page {
  return createPage({
    directory,
    isFor: (request) => (request.url ?? '').split('?', 1)[0] === '/' && wantsHtml(request),
    assetsPath: '/assets/',
    contentSecurityPolicy: contentSecurityPolicy(allowedOrigins),
    missing: MISSING_PAGE,
  });
}

function contentSecurityPolicy(allowedOrigins: ChatOptions['allowedOrigins']): string {
  const others =
    allowedOrigins === '*'
      ? ['*', 'ws:', 'wss:']
      : allowedOrigins.flatMap((origin) => [origin, origin.replace(/^http/, 'ws')]);
  return [
    "default-src 'none'",
    "script-src 'self'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    `connect-src ${["'self'", ...others].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
