import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { codeOf } from '../support/graphql.ts';
import { startNode } from '../support/node.ts';
import { createGroup, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';

/** How large a file of the process may get: what a write past it meets is what one to a full disk does. */
const limitFiles = (processId: number | undefined, size: string): void => {
  execFileSync('prlimit', ['--pid', `${processId}`, `--fsize=${size}:unlimited`]);
};

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

// Whoever sends was told, and whoever looks at /ready was not: a load balancer went on sending people there.
test('a node with a full disk says UNAVAILABLE and not ready, reads on, and is ready again when there is room', {
  timeout: 120_000,
}, async (context) => {
  // It bounds what the node's files may hold, as a full disk would.
  context.skip(!hasPrlimit, 'no prlimit (util-linux)');
  await using node = await startNode();
  const ada = await signUp(node.url, 'ada');
  const channelId = await createGroup(node.url, ada, []);
  const first = await send(node.url, ada, channelId, 'first');
  const ready = async () => (await fetch(node.url.replace('/graphql', '/ready'))).status;
  expect(await ready()).toBe(200);

  limitFiles(node.process.pid, '4096');
  const input = { channelId, text: 'second', nonce: 'second' };
  expect(await codeOf(node.url, ada.token, SEND, { input })).toBe('UNAVAILABLE');
  await until('it not to be ready', async () => (await ready()) === 503, 60_000);
  const { sequence } = first;
  expect(
    await codeOf(node.url, ada.token, `{ channel(id: "${channelId}") { message(sequence: ${sequence}) { id } } }`),
  ).toBe('undefined');

  limitFiles(node.process.pid, 'unlimited');
  await until('it to be ready again', async () => (await ready()) === 200, 60_000);
  expect(await send(node.url, ada, channelId, 'second', 'second')).toMatchObject({ sequence: 2 });
  expect(node.output).toContain('the disk takes no writes');
});
