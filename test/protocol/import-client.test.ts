import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { NodeClient } from '../../scripts/import/node-client.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';

const VIEWER = 'query Me { viewer { handle } }';
const LOG_OUT = 'mutation LogOut { logOut }';
const password = 'correct horse battery';

let node: Node;
let network: Network;
let handles = 0;
let handle = '';

beforeAll(async () => {
  node = await startNode();
  network = await Network.open(() => Number(new URL(node.url).port));
});
afterAll(async () => {
  await network[Symbol.asyncDispose]();
  await node[Symbol.asyncDispose]();
});
beforeEach(() => {
  handle = `import-client-${handles++}`;
  network.operations.length = 0;
});

// It stood outside of what is tried again: an import ended where its first request, or the log-in after 15 minutes, had no answer.
it.each([['SignUp'], ['LogIn'], ['Me']])('asks again where %s had no answer', async (lost) => {
  const client = new NodeClient(network.origin, { handle, password });
  if (lost === 'LogIn') {
    await client.run(VIEWER, {});
    // Its next request is UNAUTHENTICATED, as after the 15 minutes.
    await client.run(LOG_OUT, {});
  }
  network.loses = new RegExp(lost);
  expect(await client.run(VIEWER, {})).toEqual({ viewer: { handle } });
  expect(network.loses).toBeNull();
  expect(network.count(lost)).toBeGreaterThanOrEqual(2);
});

it('does not ask again with a wrong password', async () => {
  await new NodeClient(network.origin, { handle, password }).run(VIEWER, {});
  const client = new NodeClient(network.origin, { handle, password: 'another password' });
  network.operations.length = 0;
  await expect(client.run(VIEWER, {})).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(network.operations).toEqual(['SignUp', 'LogIn']);
});
