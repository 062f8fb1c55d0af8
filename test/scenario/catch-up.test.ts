import { expect, test } from 'vitest';
import { run } from '../support/graphql.ts';
import { startNode } from '../support/node.ts';
import { type Person, send, signUp } from '../support/person.ts';
import { Subscriber } from '../support/subscriber.ts';

const IMPORT_TOKEN = 'a secret for this test';
const LINES = 20_000;
const LINES_PER_REQUEST = 800;

const IMPORT = `mutation ($input: ImportMessagesInput!) { importMessages(input: $input) { imported } }`;

interface Channels {
  readonly viewer: { readonly channels: { readonly edges: readonly { readonly node: { readonly id: string } }[] } };
}

async function importLines(url: string, importer: Person): Promise<string> {
  for (let first = 0; first < LINES; first += LINES_PER_REQUEST) {
    const lines = Array.from({ length: LINES_PER_REQUEST }, (_, index) => ({
      line: first + index + 1,
      at: new Date(1_388_534_400_000 + (first + index) * 1_000).toISOString(),
      channel: 'long ago',
      author: importer.handle,
      text: `message ${first + index}`,
    }));
    await run(url, importer.token, IMPORT, { input: { importToken: IMPORT_TOKEN, file: 'generated', lines } });
  }
  const channels = `{ viewer { channels { edges { node { id } } } } }`;
  return (await run<Channels>(url, importer.token, channels)).viewer.channels.edges[0]?.node.id ?? '';
}

/**
 * Memory and store answered a reader far behind without a pause, so that it kept the event loop to itself: sends of others
 * got no answer within their ten seconds.
 */
test('one reader far behind catches up in order, while sends are answered', async () => {
  await using node = await startNode({ env: { IMPORT_TOKEN } });
  const importer = await signUp(node.url, 'importer');
  const channelId = await importLines(node.url, importer);

  const { wsUrl } = node;
  await using reader = new Subscriber({ wsUrl, token: importer.token, channelId, field: 'channel', after: 0 });
  await reader.saw(100);
  const waitedMs: number[] = [];
  while (reader.position < LINES) {
    const startedAt = performance.now();
    await send(node.url, importer, channelId, 'meanwhile');
    waitedMs.push(performance.now() - startedAt);
  }
  const head = LINES + waitedMs.length;
  await reader.reached(head);

  expect(reader.seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
  expect(Math.max(...waitedMs)).toBeLessThan(2_000);
}, 120_000);
