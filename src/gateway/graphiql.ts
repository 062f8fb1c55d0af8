import type { IncomingMessage } from 'node:http';
import { createPage, type Page, wantsHtml } from './page.ts';

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

/** GraphiQL, where browsers open the address of the API. */
export function createGraphiql({ directory }: { readonly directory: string }): Page {
  return createPage({
    directory,
    isFor: opensPage,
    assetsPath: '/graphql/assets/',
    contentSecurityPolicy: CONTENT_SECURITY_POLICY,
    missing: MISSING_PAGE,
  });
}

/** And not a query by GET, or an event stream. */
function opensPage(request: IncomingMessage): boolean {
  const [pathname, search = ''] = (request.url ?? '').split('?', 2);
  return pathname === '/graphql' && wantsHtml(request) && !new URLSearchParams(search).has('query');
}
