import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { scrollForward } from '../support/history.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, PASSWORD, type Person, send, signUpAll } from '../support/person.ts';
import { Script } from './script.ts';

const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

describe('curl', { timeout: 120_000 }, () => {
  let node: Node;
  let network: Network;
  let ada: Person;
  let bob: Person;
  let channelId: string;

  beforeAll(async () => {
    node = await startNode();
    network = await Network.open(() => Number(new URL(node.url).port));
    [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
  }, 90_000);

  beforeEach(async (context) => {
    // The example is a shell script, which needs what it calls.
    context.skip(missing.length > 0, `this machine has no ${missing.join(', ')}`);
    channelId = await createGroup(node.url, bob, [ada]);
  });

  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  const script = (name: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Script =>
    new Script('bash', [`examples/curl/${name}.sh`, ...args], {
      URL: network.origin,
      HANDLE: 'ada',
      PASSWORD,
      ...env,
    });

  it.each([
    ['long polling', 'long-poll', {}],
    ['short polling', 'short-poll', { EVERY: '0.2' }],
  ] as const)(
    'prints each message once by %s, also what is sent while there is no network',
    async (_how, name, env) => {
      using poll = script(name, [], env);
      for (let index = 1; index <= 10; index += 1) {
        if (index === 4) network.cut();
        if (index === 8) network.restore();
        await send(node.url, bob, channelId, `${name} ${index}`);
        if (index === 3) await poll.says(`A group  bob: ${name} 3`);
      }
      await poll.says(`A group  bob: ${name} 10`);
      const expected = Array.from({ length: 10 }, (_, index) => `A group  bob: ${name} ${index + 1}`);
      expect(poll.lines.filter((line) => line.includes(name))).toEqual(expected);
    },
  );

  it('sends once, though the first answer is lost', async () => {
    network.loses = /sendMessage/;
    using sent = script('send', [channelId, 'Hello "you"']);
    expect([await sent.end(), sent.output]).toEqual([0, expect.stringContaining('"sequence":1')]);
    expect(network.loses).toBeNull();
    expect((await scrollForward(node.url, ada, channelId)).map(({ text }) => text)).toEqual(['Hello "you"']);
  });

  it('says what is wrong', async () => {
    using stranger = script('long-poll', [], { PASSWORD: 'not this one' });
    expect([await stranger.end(), stranger.output]).toEqual([1, 'Not logged in: UNAUTHENTICATED\n']);
    using blank = script('send', [channelId, ' ']);
    expect([await blank.end(), blank.output]).toEqual([1, 'Not sent: BAD_USER_INPUT\n']);
  });
});
