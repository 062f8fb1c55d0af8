import type { IncomingMessage, ServerResponse } from 'node:http';

/** Which web pages may use this node. */
export class Origins {
  readonly #allowed: readonly string[] | '*';

  constructor(allowed: readonly string[] | '*') {
    this.#allowed = allowed;
  }

  /** True for programs, which send no origin, and for pages of this node's own. */
  allows(request: IncomingMessage, baseUrl: string): boolean {
    const { origin } = request.headers;
    if (origin === undefined) return true;
    return this.#allowed === '*' || origin.toLowerCase() === baseUrl.toLowerCase() || this.#lists(origin);
  }

  /** Says to browsers what a page elsewhere may do. True where the request was a preflight, which is answered by that. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const { origin } = request.headers;
    if (origin !== undefined && (this.#allowed === '*' || this.#lists(origin))) {
      response.setHeader('access-control-allow-origin', this.#allowed === '*' ? '*' : origin);
      response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
    }
    if (this.#allowed !== '*') response.setHeader('vary', 'Origin, Accept');
    if (request.method !== 'OPTIONS') return false;
    response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
    response.setHeader('access-control-allow-headers', 'authorization, content-type, accept, x-request-id');
    response.setHeader('access-control-max-age', '86400');
    response.writeHead(204).end();
    return true;
  }

  #lists(origin: string): boolean {
    return this.#allowed !== '*' && this.#allowed.includes(origin.toLowerCase());
  }
}
