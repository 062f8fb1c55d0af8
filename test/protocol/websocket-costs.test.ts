import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { type Person, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

const repeated = (count: number, part: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');

/** `depth` fields inside one another, the last a leaf. */
const deep = (depth: number): string => {
  const around = Array.from({ length: depth - 2 }, (_, index) => (index % 2 === 0 ? 'membership {' : 'channel {'));
  return `query ($id: ID!) { channel(id: $id) { ${around.join(' ')} __typename ${depth % 2 === 0 ? 'id' : 'readUpTo'} ${'}'.repeat(around.length)} } }`;
};

const PAGES =
  'channels(first: 100) { edges { node { messages(first: 100) { edges { node { id text createdAt } } } } } }';

const TOO_COSTLY: readonly (readonly [string, string])[] = [
  ['more than 64 fields in a selection', `{ viewer { ${repeated(65, (index) => `a${index}: id`)} } }`],
  ['more than 64 root fields', `{ ${repeated(65, (index) => `a${index}: __typename`)} }`],
  [
    'more than 64 fields by a fragment',
    `{ viewer { ...F ${repeated(33, (index) => `a${index}: id`)} } } fragment F on User { ${repeated(33, (index) => `b${index}: id`)} }`,
  ],
  ['more than 2,000 tokens', `{ viewer { ${repeated(2_000, () => 'id')} } }`],
  ['a cost over 20,000', `{ viewer { ${PAGES} } }`],
];

describe('limits of a document', () => {
  let node: Node;
  let person: Person;
  let socket: TestSocket;
  beforeAll(async () => {
    node = await startNode();
    person = await signUp(node.url, 'spender');
    socket = await TestSocket.connect(node.wsUrl, person.token);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const overSocket = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown> => {
    const id = crypto.randomUUID();
    socket.subscribe(id, query, variables);
    const { type, payload } = await Promise.race([socket.frame('next', id), socket.frame('error', id)]);
    return type === 'error' ? payload : (payload as { errors?: unknown }).errors;
  };

  it.each(TOO_COSTLY)('refuses %s alike over HTTP and a socket', async (_, query) => {
    const costly = [{ extensions: { code: 'TOO_COSTLY' } }];
    const { errors, data } = await ask(node.url, person.token, query);
    expect(errors).toMatchObject(costly);
    expect(data ?? null).toBeNull();
    expect(await overSocket(query)).toMatchObject(costly);
    expect(socket.closed).toBeNull();
  });

  it('takes 64 fields in a selection', async () => {
    const query = `{ viewer { ${repeated(64, (index) => `a${index}: id`)} } }`;
    expect((await ask(node.url, person.token, query)).errors).toBeUndefined();
    expect(await overSocket(query)).toBeUndefined();
  });

  it('takes 12 levels of fields and refuses 13', async () => {
    const { id } = person;
    expect(await ask(node.url, person.token, deep(12), { id })).toMatchObject({ data: { channel: null } });
    expect(await overSocket(deep(12), { id })).toBeUndefined();
    const costly = [{ extensions: { code: 'TOO_COSTLY' } }];
    expect((await ask(node.url, person.token, deep(13), { id })).errors).toMatchObject(costly);
    expect(await overSocket(deep(13), { id })).toMatchObject(costly);
  });

  it('counts the page size that a variable gives', async () => {
    const query = `query ($first: Int) { viewer { channels(first: 100) { edges { node { messages(first: $first) { edges { node { id } } } } } } } }`;
    expect(await overSocket(query, { first: 1 })).toBeUndefined();
    expect(await overSocket(query, { first: 100 })).toMatchObject([{ extensions: { code: 'TOO_COSTLY' } }]);
    expect(await overSocket(query, { first: 1 })).toBeUndefined();
  });

  it('names the variable that is wrong', async () => {
    const query = 'query ($id: ID!) { channel(id: $id) { id } }';
    const expected = [{ extensions: { code: 'BAD_USER_INPUT', field: 'id' } }];
    expect((await ask(node.url, person.token, query)).errors).toMatchObject(expected);
    expect(await overSocket(query)).toMatchObject(expected);
  });
});
