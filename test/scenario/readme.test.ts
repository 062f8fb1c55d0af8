import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Node, startNode } from '../support/node.ts';
import { signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const ADDRESS = 'localhost:4000';
const missing = ['bash', 'curl', 'jq'].filter((tool) => spawnSync(tool, ['--version']).error !== undefined);

const blocks = [...README.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
const blockWith = (part: string): string => blocks.find((block) => block.includes(part)) ?? '';
const signUp = blockWith('signUp(');
const listen = blockWith('text/event-stream');
const send = blockWith('sendMessage(');

describe('the tour of the README', () => {
  let node: Node;

  beforeAll(async () => {
    node = await startNode();
  });
  beforeEach((context) => context.skip(missing.length > 0, `this machine has no ${missing.join(', ')}`));
  afterAll(() => node[Symbol.asyncDispose]());

  /** Runs a script against the node in a shell of its own; ends it, with all that it started, when it is disposed. */
  function shell(script: string) {
    const address = new URL(node.url).host;
    const child = spawn('bash', ['-c', script.replaceAll(ADDRESS, address)], {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output: string[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(String(chunk)));
    child.stderr.on('data', (chunk: Buffer) => output.push(String(chunk)));
    return {
      output: () => output.join(''),
      [Symbol.dispose]: () => {
        if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      },
    };
  }

  // Signing up sent an empty token along, and was refused. After the tour in the browser both handles were taken.
  it('works as it is written: the listener sees one message, though it was sent twice', async () => {
    expect([signUp, listen, send]).not.toContain('');
    await signUpAll(node.url, ['ada', 'bob']);
    using shown = shell(`${signUp}\n{ ${listen}\n } &\n${send}\n${send}\nwait`);
    const answer = '{"data":{"sendMessage":{"message":{"sequence":1,"text":"Hello"}}}}';
    await until('both answers', () => shown.output().split(answer).length === 3);
    const event = await until('the event', () => /^data: (.*)$/m.exec(shown.output())?.[1]);
    expect(JSON.parse(event)).toEqual({
      data: { channel: { sequence: 1, message: { text: 'Hello', sender: { name: 'cleo' } } } },
    });
    expect(shown.output().match(/^data: \{/gm)).toHaveLength(1);
  });
});
