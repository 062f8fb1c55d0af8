import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

interface Refused {
  readonly payload: readonly { readonly extensions: { readonly code: string } }[];
}

const SIGN_UP = 'mutation ($input: SignUpInput!) { signUp(input: $input) { viewer { handle } } }';
const inputOf = (handle: string) => ({ input: { handle, name: handle, password: 'correct horse' } });

/** More than may be asked at once, and in the time that it takes. */
const DOCUMENTS = 300;
const AT_ONCE = 50;

// Rates were counted by what was executed: rubbish was parsed and validated without an end.
describe('documents that are none', () => {
  let node: Node;
  beforeAll(async () => {
    node = await startNode({ env: { RATE_LIMITS: 'on' } });
    await run(node.url, null, SIGN_UP, inputOf('ada'));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  it.each([
    ['do not parse', (index: number) => `{ viewer { id${index}`],
    ['do not validate', (index: number) => `{ nothing${index} }`],
  ])('count as reads over HTTP where they %s', async (_, documentOf) => {
    const documents = Array.from({ length: DOCUMENTS }, (_, index) => documentOf(index));
    const answers = await Promise.all(documents.map((document) => ask(node.url, null, document)));
    const details = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions));
    const limited = details.filter((detail) => detail?.code === 'RATE_LIMITED');
    expect(limited.length).toBeGreaterThan(0);
    expect(limited[0]).toMatchObject({ retryAfterMs: expect.any(Number) });
  });

  // Each was an INTERNAL_SERVER_ERROR with its stack in the log, as many as one liked.
  it.each(['variables', 'extensions'])('count as reads where a GET has %s that are not JSON', async (parameter) => {
    const url = new URL(node.url);
    url.search = String(new URLSearchParams({ query: '{ __typename }', [parameter]: 'x' }));
    const answers = await Promise.all(
      Array.from({ length: DOCUMENTS }, async () => {
        const response = await fetch(url, { headers: { accept: 'application/json' } });
        const { errors } = (await response.json()) as { errors: [{ extensions: { code: string } }] };
        return `${response.status} ${errors[0].extensions.code}`;
      }),
    );
    // What was counted before may have left nothing to refuse.
    expect([...new Set(answers)].filter((answer) => answer !== '400 BAD_USER_INPUT')).toEqual(['429 RATE_LIMITED']);
  });

  it('count as reads over a WebSocket, where those that are known to be valid go on', async () => {
    await using socket = await TestSocket.connect(node.wsUrl, null);
    const errors = () => socket.frames.filter(({ type }) => type === 'error');
    for (let count = AT_ONCE; count <= DOCUMENTS; count += AT_ONCE) {
      for (let index = count - AT_ONCE; index < count; index += 1) socket.subscribe(`${index}`, `{ wrong${index} }`);
      await until('all to be refused', () => errors().length === count);
    }
    const codes = errors().map((frame) => (frame as unknown as Refused).payload[0]?.extensions.code);
    expect(codes.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(0);
    socket.subscribe('sign up', SIGN_UP, inputOf('bob'));
    await socket.frame('complete', 'sign up');
    expect(socket.results('sign up', 'signUp')).toEqual([{ viewer: { handle: 'bob' } }]);
  });
});
