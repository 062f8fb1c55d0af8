import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

/** A busy machine takes seconds to start a thread. */
const WITHIN_MS = 60_000;
const TEST_MS = 180_000;

const MORTAL_WORKERS = new URL('../support/mortal-workers.ts', import.meta.url).href;

const startMortal = (directory?: string) =>
  startNode({ env: { NODE_OPTIONS: `--import=${MORTAL_WORKERS}` }, ...(directory === undefined ? {} : { directory }) });
const ready = async (node: Node) => {
  const response = await fetch(node.url.replace('/graphql', '/ready'));
  return { status: response.status, body: await response.json() };
};
const deaths = (node: Node) => node.output.split('a thread has ended').length - 1;

async function killWriter(node: Node): Promise<void> {
  const before = deaths(node);
  await until(
    'the node to notice',
    () => {
      if (deaths(node) > before || node.process.exitCode !== null) return true;
      // There may be none at the moment.
      return node.process.kill('SIGUSR2') && null;
    },
    WITHIN_MS,
  );
}

/** As a client does: the same again until it is answered. */
const sendAgain = (node: Node, by: Person, channelId: string, text: string) =>
  until(`${text} to be answered`, () => send(node.url, by, channelId, text, text).catch(() => null), WITHIN_MS);

test('a node whose writer dies goes on with another, and loses nothing that it acknowledged', {
  timeout: TEST_MS,
}, async () => {
  await using node = await startMortal();
  const ada = await signUp(node.url, 'ada');
  const channelId = await createGroup(node.url, ada, []);
  for (let index = 1; index <= 6; index += 1) {
    const sending = Promise.all([1, 2, 3].map((part) => sendAgain(node, ada, channelId, `${index}/${part}`)));
    if (index % 2 === 0) await killWriter(node);
    await sending;
  }
  await until('it to be ready', async () => (await ready(node)).status === 200, WITHIN_MS);
  const { data } = await ask<{ channel: { messages: { edges: { node: { sequence: number; text: string } }[] } } }>(
    node.url,
    ada.token,
    'query ($id: ID!) { channel(id: $id) { messages(first: 100) { edges { node { sequence text } } } } }',
    { id: channelId },
  );
  const messages = data?.channel.messages.edges.map((edge) => edge.node) ?? [];
  expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1));
  expect(messages.map(({ text }) => text).toSorted()).toEqual(
    [1, 2, 3, 4, 5, 6].flatMap((index) => [1, 2, 3].map((part) => `${index}/${part}`)),
  );
});

// It once stayed: ready by its own word, and refusing every write for ever.
test('a node whose writer dies again and again is not ready, ends with one line that says so, and starts again', {
  timeout: TEST_MS,
}, async () => {
  await using node = await startMortal();
  await signUp(node.url, 'ada');
  const exited = once(node.process, 'exit');
  const seen: Awaited<ReturnType<typeof ready>>[] = [];
  while (node.process.exitCode === null) {
    await killWriter(node);
    const answer = await ready(node).catch(() => null);
    if (answer !== null) seen.push(answer);
  }
  expect((await exited)[0]).toBe(1);
  expect(seen).toContainEqual({
    status: 503,
    body: { status: 'not ready', reason: 'the store takes no writes' },
  });
  const said = node.output.split('\n').filter((line) => line.startsWith('The node ends'));
  expect(said).toEqual(['The node ends, start it again: the database can not be written to.']);
  await using again = await startMortal(node.directory);
  expect((await ready(again)).status).toBe(200);
});
