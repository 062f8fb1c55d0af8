import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChat } from '../../src/gateway/chat.ts';
import { createGraphiql } from '../../src/gateway/graphiql.ts';

const HTML = { accept: 'text/html,application/xhtml+xml' };

describe('the GraphiQL page', () => {
  let directory: string;
  let server: Server;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-graphiql-'));
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  async function serve(): Promise<void> {
    const graphiql = createGraphiql({ directory });
    server = createServer((incoming, response) => {
      if (!graphiql.handle(incoming, response)) response.writeHead(418).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  }

  async function build(): Promise<void> {
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<h1>GraphiQL</h1>');
    await writeFile(join(directory, 'assets/index-1a2b.js'), 'run()');
    await writeFile(join(directory, 'secret.js'), 'secret');
    await serve();
  }

  /** Sends the path as it is: fetch would take the dots out of it. */
  async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
    const { port } = server.address() as AddressInfo;
    const outgoing = request({ port, host: '127.0.0.1', path, headers, method }).end();
    const [response] = await once(outgoing, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  }

  it('goes to browsers with a policy that lets nothing in from elsewhere', async () => {
    await build();
    const page = await get('/graphql', HTML);
    expect(page).toMatchObject({ status: 200, body: '<h1>GraphiQL</h1>' });
    expect(page.headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self';");
  });

  it.each([
    ['a client of the API', '/graphql', { accept: 'application/json' }, 'GET'],
    ['an event stream', '/graphql', { accept: 'text/event-stream' }, 'GET'],
    ['a query by GET', '/graphql?query=%7Bviewer%7Bid%7D%7D', HTML, 'GET'],
    ['a POST', '/graphql', HTML, 'POST'],
    ['another address', '/health', HTML, 'GET'],
  ])('leaves %s alone', async (_, path, headers, method) => {
    await build();
    expect((await get(path, headers, method)).status).toBe(418);
  });

  it('gives its files for good, and only once', async () => {
    await build();
    const file = await get('/graphql/assets/index-1a2b.js');
    expect(file).toMatchObject({ status: 200, body: 'run()' });
    expect(file.headers['cache-control']).toContain('immutable');
    expect(file.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const again = await get('/graphql/assets/index-1a2b.js', { 'if-none-match': file.headers.etag });
    expect(again).toMatchObject({ status: 304, body: '' });
    expect(await get('/graphql/assets/index-1a2b.js', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it.each(['../secret.js', '..%2fsecret.js', '%2e%2e/secret.js', '..\\secret.js', '', '__proto__', 'index-1a2b.js/'])(
    'gives nothing else: %s',
    async (name) => {
      await build();
      expect((await get(`/graphql/assets/${name}`)).status).toBe(404);
    },
  );

  it('says how to build it where that has not been done', async () => {
    await serve();
    const page = await get('/graphql', HTML);
    expect(page.status).toBe(200);
    expect(page.body).toContain('npm run build');
    expect(page.headers['cache-control']).toBe('no-store');
  });
});

// What is where stood there instead, whose first link was to itself.
it('a chat that has not been built says how to build it', async () => {
  const chat = createChat({ directory: '/nowhere', allowedOrigins: [] });
  await using server = createServer((incoming, response) => void chat.handle(incoming, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const page = await (await fetch(`http://127.0.0.1:${port}/`, { headers: HTML })).text();
  expect(page).toContain('npm run build');
  expect(page).toContain('href="/about"');
});
