import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { Script } from './script.ts';

describe('the chat in a terminal', { timeout: 120_000 }, () => {
  let node: Node;

  beforeAll(async () => {
    node = await startNode();
  }, 90_000);
  afterAll(() => node?.[Symbol.asyncDispose]());

  const chat = (...args: readonly string[]): Script =>
    new Script(process.execPath, ['examples/chat.ts', ...args, '--url', new URL(node.url).origin]);

  it.each([
    ['apollo', 'urql'],
    ['relay', 'apollo'],
    ['urql', 'relay'],
  ])('lets somebody with %s and somebody with %s write to each other', async (one, other) => {
    const [ada, bob] = [`ada-${one}`, `bob-${one}`];
    using first = chat(one, ada, bob);
    await first.says(`Waiting for ${bob}, who has not signed up yet.`);
    using second = chat(other, bob, ada);
    second.type('Hello');
    await first.says(`   1  ${bob}: Hello`);
    first.type('How are you?');
    await second.says(`   2  ${ada}: How are you?`);
    for (const each of [first, second]) each.type('/quit');
    expect([await first.end(), await second.end()]).toEqual([0, 0]);

    using again = chat(other, ada, bob);
    await again.says(`   2  ${ada}: How are you?`);
    expect(again.lines).toEqual([`   1  ${bob}: Hello`, `   2  ${ada}: How are you?`]);
  });

  it('says what is wrong', async () => {
    using nowhere = new Script(process.execPath, [
      'examples/chat.ts',
      'apollo',
      'ada',
      'bob',
      '--url',
      'http://127.0.0.1:9',
    ]);
    expect([await nowhere.end(), nowhere.output]).toEqual([
      1,
      expect.stringMatching(/^Nobody answers at .*:9: start a node/),
    ]);
    using first = chat('urql', 'eve', 'bob');
    await first.says('Waiting for bob, who has not signed up yet.');
    using stranger = chat('urql', 'eve', 'bob', '--password', 'not this one');
    expect([await stranger.end(), stranger.output]).toEqual([1, 'The handle is taken.\n']);
  });

  it('says how it is used', async () => {
    using wrong = chat('angular', 'ada', 'bob');
    expect(await wrong.end()).toBe(2);
    expect(wrong.output).toContain('CLIENT is apollo, urql or relay');
  });
});
