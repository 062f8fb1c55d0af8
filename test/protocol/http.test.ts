import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { type Person, signUp } from '../support/person.ts';

const KIB = 1_024;
const APP = 'https://app.example.org';
const JSON_TYPE = { 'content-type': 'application/json' };
const QUERY = JSON.stringify({ query: '{ __typename }' });

interface Body {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
}

describe('HTTP', () => {
  let node: Node;
  let open: Node;
  let person: Person;
  beforeAll(async () => {
    [node, open] = await Promise.all([
      startNode({ env: { ALLOWED_ORIGINS: `${APP}, http://localhost:5173` } }),
      startNode({ env: { ALLOWED_ORIGINS: '*' } }),
    ]);
    person = await signUp(node.url, 'caller');
  });
  afterAll(() => Promise.all([node[Symbol.asyncDispose](), open[Symbol.asyncDispose]()]));

  const at = (path: string): string => new URL(path, node.url).href;
  const post = (body: string, headers: Record<string, string> = JSON_TYPE): Promise<Response> =>
    fetch(node.url, { method: 'POST', headers, body });
  const codeIn = async (response: Response): Promise<string | undefined> =>
    ((await response.json()) as Body).errors?.[0]?.extensions.code;

  describe('a request', () => {
    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'application/graphql',
    ])('of type %s is answered with 415', async (type) => {
      const response = await post(QUERY, { 'content-type': type });
      expect(response.status).toBe(415);
      expect(await codeIn(response)).toBe('BAD_USER_INPUT');
    });

    it.each(['application/json', 'application/json; charset=utf-8', 'Application/JSON', 'application/graphql+json'])(
      'of type %s is taken',
      async (type) => {
        expect((await post(QUERY, { 'content-type': type })).status).toBe(200);
      },
    );

    it('has variables and extensions that are JSON, also by GET', async () => {
      for (const parameter of ['variables', 'extensions']) {
        const query = new URLSearchParams({ query: '{ __typename }', [parameter]: 'x' });
        const response = await fetch(`${node.url}?${query}`, { headers: { accept: 'application/json' } });
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      }
    });

    it('may be a query by GET, and nothing else', async () => {
      const get = (query: string): Promise<Response> => fetch(`${node.url}?${new URLSearchParams({ query })}`);
      expect(await (await get('{ __typename }')).json()).toEqual({ data: { __typename: 'Query' } });
      const response = await get('mutation { heartbeat { status } }');
      expect(response.status).toBe(405);
      expect(await codeIn(response)).toBe('BAD_USER_INPUT');
    });

    it.each(['PUT', 'DELETE', 'PATCH'])('by %s is answered with 405', async (method) => {
      expect((await fetch(node.url, { method })).status).toBe(405);
    });

    // It was answered with 200, as if a document in it had a mistake.
    it.each(['application/json', 'application/graphql-response+json', '*/*'])(
      'that is no JSON is answered with 400 to who accepts %s',
      async (accept) => {
        const response = await post('{ "query": ', { ...JSON_TYPE, accept });
        expect(response.status).toBe(400);
        expect(await codeIn(response)).toBe('BAD_USER_INPUT');
      },
    );

    it.each(['[]', 'null', '42', '"x"', `[${QUERY}]`])('of %s is answered with 400', async (body) => {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await codeIn(response)).toBe('BAD_USER_INPUT');
    });

    it('that accepts nothing known is answered with 406', async () => {
      expect((await post(QUERY, { ...JSON_TYPE, accept: 'image/png' })).status).toBe(406);
    });

    it('may have 256 KB, and not one byte more, announced or in chunks', async () => {
      const sized = (bytes: number): string => QUERY.padEnd(bytes, ' ');
      const chunked = (body: string): Promise<number | undefined> => {
        const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
        const sending = request(node.url, { method: 'POST', headers: JSON_TYPE }, (response) => {
          resolve(response.resume().statusCode);
        });
        sending.on('error', reject);
        for (let from = 0; from < body.length; from += 16 * KIB) sending.write(body.slice(from, from + 16 * KIB));
        sending.end();
        return promise;
      };
      expect((await post(sized(256 * KIB))).status).toBe(200);
      expect((await post(sized(256 * KIB + 1))).status).toBe(413);
      expect(await chunked(sized(256 * KIB))).toBe(200);
      expect(await chunked(sized(256 * KIB + 1))).toBe(413);
    });

    // Clients that offer HTTP/2 with each request, as Java's own does, were answered with 405.
    it('that offers HTTP/2 is answered by HTTP/1.1', async () => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      const headers = {
        ...JSON_TYPE,
        connection: 'Upgrade, HTTP2-Settings',
        upgrade: 'h2c',
        'http2-settings': 'AAMAAABk',
      };
      const sending = request(node.url, { method: 'POST', headers }, (response) => {
        resolve(response.resume().statusCode);
      });
      sending.on('error', reject);
      sending.end(QUERY);
      expect(await promise).toBe(200);
    });

    it.each([
      ['a token that is none', 'Bearer abc'],
      ['another scheme', 'Basic dXNlcjpwYXNz'],
      ['an empty token', 'Bearer '],
    ])('with %s is answered with 401', async (_, authorization) => {
      const response = await post(QUERY, { ...JSON_TYPE, authorization });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await codeIn(response)).toBe('UNAUTHENTICATED');
    });

    it('with a token is the viewer', async () => {
      const response = await post(JSON.stringify({ query: '{ viewer { id } }' }), {
        ...JSON_TYPE,
        authorization: `bearer ${person.token}`,
      });
      expect(await response.json()).toEqual({ data: { viewer: { id: person.id } } });
    });

    it('keeps its id where that is fit for a log, and gets one where it is not', async () => {
      const idFor = async (given: string): Promise<string | null> =>
        (await post(QUERY, { ...JSON_TYPE, 'x-request-id': given })).headers.get('x-request-id');
      expect(await idFor('abc-123_X')).toBe('abc-123_X');
      for (const bad of ['a b', 'x'.repeat(65), '{"a":1}', '']) expect(await idFor(bad)).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it.each(['/', '/health', '/ready', '/nothing', '/graphql?query=%7B__typename%7D'])(
    'sends what keeps browsers safe with %s',
    async (path) => {
      const { headers } = await fetch(at(path));
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('server')).toBeNull();
      expect(headers.get('set-cookie')).toBeNull();
    },
  );

  it('lets no cache keep an answer', async () => {
    expect((await post(QUERY)).headers.get('cache-control')).toBe('no-store');
  });

  describe('a page elsewhere', () => {
    const allowed = async (url: string, origin: string, method = 'GET'): Promise<string | null> => {
      const headers = { origin, ...(method === 'OPTIONS' ? { 'access-control-request-method': 'POST' } : {}) };
      const response = await fetch(`${url}?query={__typename}`, { method, headers });
      await response.text();
      return response.headers.get('access-control-allow-origin');
    };

    it('may use the node where its origin is listed exactly', async () => {
      for (const method of ['GET', 'OPTIONS']) {
        expect(await allowed(node.url, APP, method)).toBe(APP);
        expect(await allowed(node.url, 'http://localhost:5173', method)).toBe('http://localhost:5173');
        for (const origin of [`${APP}:444`, `${APP}.evil.example`, 'http://app.example.org', 'null']) {
          expect(await allowed(node.url, origin, method)).toBeNull();
        }
      }
    });

    it('may use the node where all may', async () => {
      expect(await allowed(open.url, 'https://anybody.example', 'OPTIONS')).toBe('*');
    });

    it('learns from a preflight what it may send', async () => {
      const headers = { origin: APP, 'access-control-request-method': 'POST' };
      const response = await fetch(node.url, { method: 'OPTIONS', headers });
      expect(response.status).toBe(204);
      expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
      expect(response.headers.get('access-control-allow-methods')).toContain('POST');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
      expect(response.headers.get('vary')).toContain('Origin');
    });
  });

  it('is healthy, ready, and says what is where', async () => {
    expect(await (await fetch(at('/health'))).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(at('/ready'))).json()).toEqual({ status: 'ready' });
    const page = await fetch(at('/'));
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain('/graphql');
    expect(await (await fetch(at('/about'))).text()).toContain('/graphql');
  });

  it('answers 404 in JSON for what is not there', async () => {
    for (const path of ['/nothing', '/graphql/', '/%2e%2e/etc/passwd', '//graphql']) {
      const response = await fetch(at('/').slice(0, -1) + path);
      expect(response.status).toBe(404);
      expect(await codeIn(response)).toBe('NOT_FOUND');
    }
  });
});
