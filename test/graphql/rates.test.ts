import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { type Answer, ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

const { rates } = LIMITS;

let node: Node;
let ada: Person;
let bob: Person;
let channelId: string;

beforeAll(async () => {
  node = await startNode({ env: { RATE_LIMITS: 'on' } });
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
  const again = await one(burst * 2);
  const retryAfterMs = again.errors?.[0]?.extensions?.retryAfterMs ?? 0;
  if (codeOf(again) === 'RATE_LIMITED') expect(retryAfterMs).toBeGreaterThan(0);
  await delay(retryAfterMs);
  expect(codeOf(await one(burst * 2 + 1))).toBe(expected);
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
    expect(codeOf(await ask(node.url, reader.token, query))).toBeUndefined();
  });

  it('log-ins of one handle are', async () => {
    const query = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken } }';
    const input = { handle: 'ada', password: 'wrong password' };
    await expectLimit(rates.logIn.burst, () => ask(node.url, null, query, { input }), 'UNAUTHENTICATED');
  });
});
