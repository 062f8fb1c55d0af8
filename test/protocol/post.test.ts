import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { type Person, signUp } from '../support/person.ts';

interface Answered {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: unknown;
}

const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { text } } }';
const BODIES: readonly (readonly [string, unknown])[] = [
  ['a query', { query: '{ viewer { handle } }' }],
  ['one of several operations', { query: 'query A { __typename } query B { viewer { handle } }', operationName: 'B' }],
  ['none of several operations', { query: 'query A { __typename } query B { viewer { handle } }' }],
  ['an operation that is not there', { query: '{ __typename }', operationName: 'C' }],
  ['a mutation that fails', { query: SEND, variables: { input: { channelId: 'x', text: 'x', nonce: 'x' } } }],
  ['variables that do not fit', { query: SEND, variables: { input: 42 } }],
  ['variables that are a list', { query: '{ __typename }', variables: [] }],
  ['variables that are null', { query: '{ __typename }', variables: null, operationName: null, extensions: null }],
  ['extensions', { query: '{ __typename }', extensions: { any: 1 } }],
  ['extensions that are none', { query: '{ __typename }', extensions: 'x' }],
  ['a parameter too much', { query: '{ __typename }', more: 1 }],
  ['an id in place of a query', { id: 'x' }],
  ['a query that is a number', { query: 42 }],
  ['a query that does not parse', { query: '{' }],
  ['a query that does not validate', { query: '{ nothing }' }],
  [
    'a query that is too deep',
    { query: `${'{ viewer { channels { edges { node { members { edges { node { user'.repeat(2)}` },
  ],
  ['letters beyond ASCII', { query: '{ user(handle: "é\u2028\u{1f600}") { id } }' }],
  ['nothing', ''],
];

const ACCEPTS = [
  undefined,
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/*;q=0.1, text/html',
  'application/graphql-response+json; charset=utf-8, application/json;q=0.9',
  'application/json; charset=latin1',
  'text/event-stream;q=0.1, application/json',
  'image/png',
];

describe('a POST', () => {
  let node: Node;
  let person: Person;
  beforeAll(async () => {
    node = await startNode();
    person = await signUp(node.url, 'poster');
  });
  afterAll(() => node[Symbol.asyncDispose]());

  /** In chunks it is yoga's to answer. */
  function post(body: string, accept: string | undefined, inChunks: boolean): Promise<Answered> {
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const sending = request(
      node.url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${person.token}`,
          ...(accept === undefined ? {} : { accept }),
          ...(inChunks ? { 'transfer-encoding': 'chunked' } : { 'content-length': Buffer.byteLength(body) }),
        },
      },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        const text = Buffer.concat(chunks).toString();
        const { statusCode: status, headers } = response;
        resolve({ status, type: headers['content-type'], body: text === '' ? '' : JSON.parse(text) });
      },
    );
    sending.on('error', reject);
    sending.end(body);
    return promise;
  }

  it.each(BODIES)('of %s is answered alike by the short way and by yoga', async (_, body) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    for (const accept of ACCEPTS) {
      const [short, yoga] = [await post(text, accept, false), await post(text, accept, true)];
      expect([accept, short]).toEqual([accept, yoga]);
    }
  });

  it.each(['application/json', 'application/graphql-response+json'])(
    'of a subscription is answered alike to who accepts %s',
    async (accept) => {
      const body = JSON.stringify({ query: 'subscription { inbox { sequence } }' });
      expect(await post(body, accept, false)).toEqual(await post(body, accept, true));
    },
  );

  it('that ends in the middle costs nothing', async () => {
    for (let count = 0; count < 20; count += 1) {
      const headers = { 'content-type': 'application/json', 'content-length': 1_000 };
      const sending = request(node.url, { method: 'POST', headers });
      sending.on('error', () => {});
      sending.write('{"query":');
      await new Promise((resolve) => setTimeout(resolve, 2));
      sending.destroy();
    }
    expect((await post('{"query":"{ __typename }"}', undefined, false)).status).toBe(200);
    expect(node.output).not.toMatch(/"level":"(error|fatal)"/);
  });
});
