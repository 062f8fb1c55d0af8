import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, codeOf, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { logIn, PASSWORD, type Person, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const SIGN_UP =
  'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken viewer { handle name channels { edges { cursor } } } } }';
const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
const REFRESH =
  'mutation ($token: String!) { refreshSession(refreshToken: $token) { accessToken refreshToken viewer { id } } }';
const VIEWER = '{ viewer { id handle } }';

/** After it the same refresh token means that somebody else has it. */
const REPEAT_MS = 10_000;

interface Refreshed {
  readonly refreshSession: { readonly accessToken: string; readonly refreshToken: string };
}

let node: Node;
let ada: Person;

beforeAll(async () => {
  node = await startNode();
  ada = await signUp(node.url, 'ada');
});
afterAll(() => node[Symbol.asyncDispose]());

const refresh = async (token: string) => (await run<Refreshed>(node.url, null, REFRESH, { token })).refreshSession;

describe('signing up', () => {
  it('keeps a handle in lower case, and reads the answer as the new user', async () => {
    const input = { handle: 'GRACE_h-1', name: ' Grace ', password: PASSWORD };
    const { signUp: session } = await run<{ signUp: { viewer: unknown } }>(node.url, null, SIGN_UP, { input });
    expect(session.viewer).toEqual({ handle: 'grace_h-1', name: 'Grace', channels: { edges: [] } });
  });

  it('is CONFLICT for a handle that is taken, in any case', async () => {
    const input = { handle: 'ADA', name: 'Ada', password: PASSWORD };
    expect(await codeOf(node.url, null, SIGN_UP, { input })).toBe('CONFLICT handle');
  });

  it('gives a handle to one of several who ask at once', async () => {
    const input = { handle: 'race', name: 'Race', password: PASSWORD };
    const answers = await Promise.all([1, 2, 3, 4].map(() => ask(node.url, null, SIGN_UP, { input })));
    expect(answers.filter(({ errors }) => errors === undefined)).toHaveLength(1);
    expect(answers.flatMap(({ errors }) => errors?.map((error) => error.extensions?.code) ?? [])).toEqual([
      'CONFLICT',
      'CONFLICT',
      'CONFLICT',
    ]);
  });
});

describe('logging in', () => {
  it('says the same of an unknown handle and a wrong password, in comparable time', async () => {
    const attempt = async (handle: string) => {
      const startedAt = performance.now();
      const { data, errors } = await ask(node.url, null, LOG_IN, { input: { handle, password: 'wrong password' } });
      return { said: { data, errors }, tookMs: performance.now() - startedAt };
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const [wrong, nobody] = [await attempt('ada'), await attempt('nobody')];
      expect(nobody.said).toEqual(wrong.said);
      expect(wrong.said.errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED');
      known.push(wrong.tookMs);
      unknown.push(nobody.tookMs);
    }
    // Whatever else the machine does only ever adds to the time: the shortest is the one to compare.
    const ratio = Math.min(...known) / Math.min(...unknown);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });

  it('takes a handle in any case', async () => {
    const input = { handle: 'Ada', password: PASSWORD };
    const { logIn: session } = await run<{ logIn: { accessToken: string } }>(node.url, null, LOG_IN, { input });
    expect(await run(node.url, session.accessToken, VIEWER)).toEqual({ viewer: { id: ada.id, handle: 'ada' } });
  });
});

describe('a refresh token', () => {
  it('works once, and gives the same successor again for a lost answer', async () => {
    const { refreshToken } = await logIn(node.url, 'ada');
    const first = await refresh(refreshToken);
    const [again, atOnce] = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(first.refreshToken).not.toBe(refreshToken);
    expect([again.refreshToken, atOnce.refreshToken]).toEqual([first.refreshToken, first.refreshToken]);
    expect(await run(node.url, again.accessToken, VIEWER)).toEqual({ viewer: { id: ada.id, handle: 'ada' } });
    expect((await refresh(first.refreshToken)).refreshToken).not.toBe(first.refreshToken);
  });

  it('is refused beside a header that proves nothing, and works without it', async () => {
    const { refreshToken } = await logIn(node.url, 'ada');
    expect(await codeOf(node.url, 'stale', REFRESH, { token: refreshToken })).toBe('UNAUTHENTICATED');
    expect((await refresh(refreshToken)).accessToken).not.toBe('');
  });

  it('of two generations ago ends the session, whenever it comes', async () => {
    const { refreshToken } = await logIn(node.url, 'ada');
    const { refreshToken: second } = await refresh(refreshToken);
    const { accessToken, refreshToken: third } = await refresh(second);
    expect(await codeOf(node.url, null, REFRESH, { token: refreshToken })).toBe('UNAUTHENTICATED');
    expect(await codeOf(node.url, null, REFRESH, { token: third })).toBe('UNAUTHENTICATED');
    await until(
      'the access token to be refused',
      async () => (await ask(node.url, accessToken, VIEWER)).status === 401,
    );
  });

  it('that comes again later ends the session', async () => {
    const { refreshToken } = await logIn(node.url, 'ada');
    const refreshedAt = performance.now();
    const { accessToken, refreshToken: successor } = await refresh(refreshToken);
    await until('its time to be over', () => performance.now() - refreshedAt > REPEAT_MS + 200, REPEAT_MS + 2_000);
    expect(await codeOf(node.url, null, REFRESH, { token: refreshToken })).toBe('UNAUTHENTICATED');
    expect(await codeOf(node.url, null, REFRESH, { token: successor })).toBe('UNAUTHENTICATED');
    await until(
      'the access token to be refused',
      async () => (await ask(node.url, accessToken, VIEWER)).status === 401,
    );
  });

  it.each(['', 'x', 'ses_x.0.x', 'ses_AAAAAAAAAAAAAAAAAAAAAA.0.AAAA'])('is nothing when forged: %j', async (token) => {
    expect(await codeOf(node.url, null, REFRESH, { token })).toBe('UNAUTHENTICATED');
  });
});

describe('logging out', () => {
  it('refuses the access token and closes the socket within a second, and leaves other sessions', async () => {
    const [ended, other] = [await logIn(node.url, 'ada'), await logIn(node.url, 'ada')];
    await using socket = await TestSocket.connect(node.wsUrl, ended.token);
    expect(await run(node.url, ended.token, 'mutation { logOut }')).toEqual({ logOut: true });
    const endedAt = performance.now();
    await until(
      'the token to be refused',
      async () => (await ask(node.url, ended.token, VIEWER)).status === 401,
      1_000,
    );
    expect((await socket.end(1_000)).code).toBe(4403);
    expect(performance.now() - endedAt).toBeLessThan(1_000);
    expect(await codeOf(node.url, null, REFRESH, { token: ended.refreshToken })).toBe('UNAUTHENTICATED');
    expect(await run(node.url, other.token, VIEWER)).toEqual({ viewer: { id: ada.id, handle: 'ada' } });
  });
});

describe('without a token', () => {
  it.each([
    VIEWER,
    `{ node(id: "usr_AAAAAAAAAAAAAAAAAAAAAA") { id } }`,
    `{ user(handle: "ada") { id } }`,
    `{ channel(id: "chn_AAAAAAAAAAAAAAAAAAAAAA") { id } }`,
    `{ updates(after: []) { more } }`,
    `{ endpoint { url } }`,
    `mutation { heartbeat { status } }`,
    `mutation { logOut }`,
    `mutation { leaveChannel(input: { channelId: "chn_AAAAAAAAAAAAAAAAAAAAAA" }) { channel { id } } }`,
  ])('there is nothing but UNAUTHENTICATED: %s', async (query) => {
    expect(await codeOf(node.url, null, query)).toBe('UNAUTHENTICATED');
  });

  it.each(['inbox', 'presence(userIds: [])', 'channel(id: "x")'])(
    'a socket subscribes to nothing: %s',
    async (field) => {
      await using socket = await TestSocket.connect(node.wsUrl, null);
      socket.subscribe('1', `subscription { ${field} { at } }`);
      await socket.frame('complete', '1');
      const [first] = socket.frames.filter(({ id }) => id === '1');
      expect(first?.payload).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    },
  );
});
