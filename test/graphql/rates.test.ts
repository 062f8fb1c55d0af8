import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { type Answer, ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

const { rates } = LIMITS;

const IMPORT_TOKEN = 'the right import token';

let node: Node;
let ada: Person;
let bob: Person;
let channelId: string;

beforeAll(async () => {
  node = await startNode({ env: { RATE_LIMITS: 'on', IMPORT_TOKEN, TRUSTED_PROXIES: '1' } });
  [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
  channelId = await createGroup(node.url, ada, [bob]);
});
afterAll(() => node[Symbol.asyncDispose]());

const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions?.code;

/** One of many that were asked at once has to be told to wait, and for how long; after that it works. */
async function expectLimit(burst: number, one: (index: number) => Promise<Answer>, expected?: string): Promise<void> {
  const answers = await Promise.all(Array.from({ length: burst * 2 }, (_, index) => one(index)));
  const through = answers.filter((answer) => codeOf(answer) === expected).length;
  const limited = answers.filter((answer) => codeOf(answer) === 'RATE_LIMITED');
  expect(through + limited.length).toBe(answers.length);
  // As many as may be at once, and what the bucket was refilled with meanwhile.
  expect(through).toBeGreaterThanOrEqual(burst - 2);
  expect(limited.length).toBeGreaterThan(0);
  // On a slow machine the bucket may have been refilled meanwhile.
  let next = burst * 2;
  let again = await one(next++);
  while (codeOf(again) !== 'RATE_LIMITED') again = await one(next++);
  const retryAfterMs = again.errors?.[0]?.extensions?.retryAfterMs ?? 0;
  expect(retryAfterMs).toBeGreaterThan(0);
  await delay(retryAfterMs);
  expect(codeOf(await one(next))).toBe(expected);
}

/** The same where the wait is longer than a test may take: it is said, and not waited for. */
async function expectWait(burst: number, one: () => Promise<Answer>): Promise<void> {
  const answers = await Promise.all(Array.from({ length: burst * 2 }, one));
  expect(answers.filter((answer) => codeOf(answer) === 'FORBIDDEN').length).toBeGreaterThanOrEqual(burst);
  const limited = answers.find((answer) => codeOf(answer) === 'RATE_LIMITED');
  expect(limited?.errors?.[0]?.extensions?.retryAfterMs).toBeGreaterThan(0);
}

describe('with rates', () => {
  it('messages of one user are limited, and nobody else’s', async () => {
    const query = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';
    const send = (by: Person) => (index: number) =>
      ask(node.url, by.token, query, { input: { channelId, text: 'x', nonce: `${by.handle} ${index}` } });
    await expectLimit(rates.message.burst, send(ada));
    expect(codeOf(await send(bob)(0))).toBeUndefined();
  });

  it('other changes are', async () => {
    const query = 'mutation ($input: MarkReadInput!) { markRead(input: $input) { membership { readUpTo } } }';
    await expectLimit(rates.change.burst, () => ask(node.url, bob.token, query, { input: { channelId, upTo: 0 } }));
  });

  it('typing is', async () => {
    const query = 'mutation ($input: SetTypingInput!) { setTyping(input: $input) }';
    await expectLimit(rates.typing.burst, () =>
      ask(node.url, ada.token, query, { input: { channelId, typing: true } }),
    );
  });

  // Only a few root fields were counted: `viewer` and `channel`, which read the most, were not.
  it.each(['{ viewer { id } }', 'query { channel(id: "x") { id } }'])('reads are: %s', async (query) => {
    const [reader] = (await signUpAll(node.url, [`reader-${query.length}`])) as [Person];
    // Over a socket, since a slow machine does not ask fast enough otherwise. It carries a hundred operations at once.
    await using socket = await TestSocket.connect(node.wsUrl, reader.token);
    const limited = () => socket.frames.filter(({ payload }) => JSON.stringify(payload ?? {}).includes('RATE_LIMITED'));
    let asked = 0;
    while (limited().length === 0 && asked < 900) {
      for (let index = 0; index < 50; index += 1) socket.subscribe(`${asked++}`, query);
      await socket.frame('complete', `${asked - 1}`);
    }
    expect(asked).toBeGreaterThan(rates.read.burst);
    const [first] = limited();
    expect(first?.payload).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
    const retryAfterMs = Number(/"retryAfterMs":(\d+)/.exec(JSON.stringify(first))?.[1]);
    expect(retryAfterMs).toBeGreaterThan(0);
    await delay(retryAfterMs);
    // Those asked after the first that was limited may have taken what came back meanwhile.
    await expect.poll(async () => codeOf(await ask(node.url, reader.token, query))).toBeUndefined();
  });

  it('log-ins of one handle are', async () => {
    const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
    const input = { handle: 'ada', password: 'wrong password' };
    await expectLimit(rates.logIn.burst, () => ask(node.url, null, query, { input }), 'UNAUTHENTICATED');
  });

  // Whoever had no token asked for the whole schema as often as they liked.
  it.each(['http', 'socket'])('introspection without a token is, by address: over %s', async (transport) => {
    const address = transport === 'http' ? '192.0.2.1' : '192.0.2.2';
    const query = '{ __schema { types { name fields { name } } } }';
    const overHttp = (from: string) => ask(node.url, null, query, {}, { 'x-forwarded-for': from });
    if (transport === 'http') await expectLimit(rates.anonymous.burst, () => overHttp(address));
    else {
      await using socket = await TestSocket.connect(node.wsUrl, null, { 'x-forwarded-for': address });
      const asked = rates.anonymous.burst * 2;
      // It carries a hundred operations at once.
      for (let index = 0; index < asked; index += 1) {
        socket.subscribe(`${index}`, '{ __typename }');
        if (index % 50 === 49) await socket.frame('complete', `${index}`);
      }
      const limited = socket.frames.filter(({ payload }) => JSON.stringify(payload ?? {}).includes('RATE_LIMITED'));
      expect(limited.length).toBeGreaterThan(0);
      expect(limited[0]?.payload).toMatchObject({ errors: [{ extensions: { retryAfterMs: expect.any(Number) } }] });
    }
    // Neither those elsewhere nor whoever has a token have to wait.
    expect(codeOf(await overHttp('192.0.2.3'))).toBeUndefined();
    expect(codeOf(await ask(node.url, bob.token, query, {}, { 'x-forwarded-for': address }))).toBeUndefined();
  });

  // They could be guessed at the rate at which a node answers.
  it('wrong import tokens are, by user and by address, and then the right one tells nothing either', async () => {
    const query = 'mutation ($input: ImportMessagesInput!) { importMessages(input: $input) { imported } }';
    const guess = (by: Person, from: string, importToken: string) =>
      ask(node.url, by.token, query, { input: { importToken, file: 'f', lines: [] } }, { 'x-forwarded-for': from });
    const [guesser, other, third] = (await signUpAll(node.url, ['guesser', 'other', 'third'])) as [
      Person,
      Person,
      Person,
    ];
    // The right one costs nothing.
    for (let index = 0; index < rates.importToken.burst * 2; index += 1) {
      expect(codeOf(await guess(guesser, '192.0.2.1', IMPORT_TOKEN))).toBeUndefined();
    }
    await expectWait(rates.importToken.burst, () => guess(guesser, '192.0.2.1', 'a wrong one'));
    for (const token of ['a wrong one', IMPORT_TOKEN]) {
      expect(codeOf(await guess(guesser, '192.0.2.2', token))).toBe('RATE_LIMITED');
      expect(codeOf(await guess(other, '192.0.2.1', token))).toBe('RATE_LIMITED');
    }
    expect(codeOf(await guess(third, '192.0.2.3', IMPORT_TOKEN))).toBeUndefined();
  });
});
