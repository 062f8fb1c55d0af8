import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, PASSWORD, type Person, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

type Line = Readonly<Record<string, unknown>>;

const IMPORT_TOKEN = 'the-import-token-of-this-node';
const TEXT = 'words that only the members of the channel may read';
const SEND = 'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';

describe('the log', () => {
  let node: Node;
  let ada: Person;
  let channelId: string;
  beforeAll(async () => {
    node = await startNode({ env: { LOG_LEVEL: 'trace', IMPORT_TOKEN, RATE_LIMITS: 'on' } });
    ada = await signUp(node.url, 'ada');
    channelId = await createGroup(node.url, ada, []);
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const lines = (): readonly Line[] =>
    node.output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
  const line = (fields: Line) =>
    until(`a line with ${JSON.stringify(fields)}`, () =>
      lines().find((each) => Object.entries(fields).every(([name, value]) => each[name] === value)),
    );

  it('has a line for each request: what it was, who asked, what came of it and how long it took', async () => {
    const input = { channelId, text: TEXT, nonce: 'nonce' };
    await ask(node.url, ada.token, SEND, { input }, { 'x-request-id': 'a-send' });
    const sent = await line({ requestId: 'a-send' });
    expect(sent).toMatchObject({ level: 'info', msg: 'request', method: 'POST', path: '/graphql', status: 200 });
    expect(sent).toMatchObject({ operation: 'mutation Send', userId: ada.id, durationMs: expect.any(Number) });

    await ask(node.url, null, '{ __schema { types { name } } }', {}, { 'x-request-id': 'a-look' });
    expect(await line({ requestId: 'a-look' })).toMatchObject({ operation: 'query __schema', userId: null });
    await ask(node.url, 'no token', SEND, { input }, { 'x-request-id': 'a-stranger' });
    expect(await line({ requestId: 'a-stranger' })).toMatchObject({ status: 401, operation: null, userId: null });
    await fetch(node.url.replace('/graphql', '/secret-path?token=secret'), {
      headers: { 'x-request-id': 'elsewhere' },
    });
    expect(await line({ requestId: 'elsewhere' })).toMatchObject({ status: 404, path: null });
    await fetch(node.url.replace('/graphql', '/health'), { headers: { 'x-request-id': 'a-probe' } });
    expect(await line({ requestId: 'a-probe' })).toMatchObject({ level: 'debug', path: '/health', status: 200 });
  });

  it('has a line for an event stream when it ends, which says that its reader left', async () => {
    const abort = new AbortController();
    const headers = {
      ...{ 'content-type': 'application/json', accept: 'text/event-stream', 'x-request-id': 'a-stream' },
      authorization: `Bearer ${ada.token}`,
    };
    const body = JSON.stringify({ query: 'subscription Follow { inbox { at } }' });
    await fetch(node.url, { method: 'POST', headers, body, signal: abort.signal });
    expect(lines().some(({ requestId }) => requestId === 'a-stream')).toBe(false);
    abort.abort();
    expect(await line({ requestId: 'a-stream' })).toMatchObject({ operation: 'subscription Follow', cut: true });
  });

  it('has lines for a socket: that it opened, and how it ended', async () => {
    const socket = await TestSocket.connect(node.wsUrl, ada.token, { 'x-request-id': 'a-socket' });
    expect(await line({ requestId: 'a-socket', msg: 'socket opened' })).toMatchObject({ level: 'debug' });
    socket.send('no message of the protocol');
    await socket.end();
    expect(await line({ requestId: 'a-socket', msg: 'socket closed' })).toMatchObject({
      ...{ level: 'info', code: 4400, userId: ada.id, durationMs: expect.any(Number) },
    });
    const refused = new TestSocket(node.wsUrl.replace('/graphql', '/'), 'graphql-transport-ws', {
      'x-request-id': 'a-refusal',
    });
    await refused.end();
    expect(await line({ requestId: 'a-refusal' })).toMatchObject({ msg: 'socket refused', status: 404 });
  });

  it('holds nothing that people write and nothing that lets anybody in, at its most talkative', async () => {
    const { url, wsUrl } = node;
    const again = await logIn(url, 'ada');
    await run(url, null, `mutation { refreshSession(refreshToken: "${again.refreshToken}") { accessToken } }`);
    const forged = `${again.refreshToken.slice(0, -6)}forged`;
    await ask(url, null, 'mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken } }', { t: forged });
    // In the document itself, in variables that fit and in some that do not, and where no field is known.
    const wrong = 'a wrong password that may be right elsewhere';
    await ask(url, null, `mutation { logIn(input: {handle: "ada", password: "${wrong}"}) { accessToken } }`);
    await ask(url, null, `mutation { logIn(input: {handle: "ada", password: "${wrong}", x: 1}) { nothing } }`);
    const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
    await ask(url, null, LOG_IN, { input: { handle: 'ada', password: [wrong] } });
    await ask(url, ada.token, SEND, { input: { channelId, text: TEXT, nonce: 'another' } });
    await ask(url, ada.token, SEND, { input: { channelId, text: TEXT, nonce: 7, unknown: TEXT } });
    const IMPORT = 'mutation ($input: ImportMessagesInput!) { importMessages(input: $input) { imported } }';
    for (const importToken of [IMPORT_TOKEN, 'a-wrong-import-token']) {
      await ask(url, ada.token, IMPORT, {
        input: {
          ...{ importToken, file: 'f' },
          lines: [{ line: 1, at: '2014-01-02T18:15:31Z', channel: 'tea', author: 'grace', text: TEXT }],
        },
      });
    }
    await using socket = await TestSocket.connect(wsUrl, ada.token, { 'x-request-id': 'the-last' });
    socket.subscribe(
      '1',
      `mutation { sendMessage(input: {channelId: "${channelId}", text: "${TEXT}", nonce: "n"}) { x } }`,
    );
    await socket.frame('error', '1');
    await using stranger = new TestSocket(wsUrl);
    await until('the socket to open', () => stranger.webSocket.readyState === stranger.webSocket.OPEN);
    stranger.send({ type: 'connection_init', payload: { authorization: `Bearer ${again.token}x` } });
    await stranger.end();
    socket.webSocket.close();
    await line({ requestId: 'the-last', msg: 'socket closed' });

    const secrets = [PASSWORD, wrong, TEXT, IMPORT_TOKEN, 'a-wrong-import-token', forged, 'secret-path'];
    const tokens = [ada, again].flatMap(({ token, refreshToken }) => [token, refreshToken]);
    for (const secret of [...secrets, ...tokens]) expect(node.output).not.toContain(secret);
    expect(lines().filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  });
});
