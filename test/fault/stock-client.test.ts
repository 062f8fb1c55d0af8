import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { change } from '../support/change.ts';
import { type Acknowledged, check, type Seen } from '../support/checker.ts';
import { freePort } from '../support/free-port.ts';
import { scrollBack } from '../support/history.ts';
import { startNode } from '../support/node.ts';
import { createGroup, type Person, sendUntilAcknowledged, signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const PROTOCOL = readFileSync(new URL('../../docs/protocol.md', import.meta.url), 'utf8');
const recipe = [...PROTOCOL.matchAll(/```js\n([\s\S]*?)```/g)]
  .map(([, block = '']) => block)
  .find((block) => block.includes('createClient'));

const SENDERS = 10;
const MESSAGES = 1_500;
const KILLS = 3;

/** What the recipe's user adds: it prints each event, and whether it was let go in the end. */
const PROGRAM = `${recipe}
const [url, token, id] = process.argv.slice(1);
const client = connect(url, () => token);
const print = (line) => process.stdout.write(line + '\\n');
await follow(client, id, 0, (event) => print(JSON.stringify(event)));
print('over');
await client.dispose();
`;

/** The recipe in a process of its own, with the WebSocket that Node brings. */
function follow(...args: readonly [url: string, token: string, channelId: string]) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, ...args], { cwd: ROOT });
  const lines: string[] = [];
  const errors: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  return {
    seen: (): readonly Seen[] =>
      lines
        .filter((line) => line !== 'over')
        .map((line) => JSON.parse(line) as { sequence: number; message?: { id: string; text: string } })
        .map(({ sequence, message }) => ({ sequence, ...message })),
    isOver: () => lines.at(-1) === 'over',
    lines,
    errors,
    child,
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  };
}

// Left to itself, the client subscribes again with the variables of the first time: everything since then comes twice.
test('the client of graphql-ws, used as docs/protocol.md says, has no gap and no repeat over kill -9 of the node', async () => {
  expect(recipe).toBeDefined();
  const env = { PORT: String(await freePort()) };
  await using first = await startNode({ env });
  const people = await signUpAll(
    first.url,
    Array.from({ length: SENDERS }, (_, index) => `sender-${index}`),
  );
  const [owner, reader] = people as [Person, Person];
  const channelId = await createGroup(first.url, owner, people.slice(1));
  using following = follow(first.wsUrl, reader.token, channelId);

  const acknowledged: Acknowledged[] = [];
  const sending = people.map(async (sender, index) => {
    for (let number = index; number < MESSAGES; number += SENDERS) {
      const nonce = `${number}`;
      acknowledged.push(await sendUntilAcknowledged(first.url, sender, channelId, `message ${number}`, nonce));
    }
  });
  let node = first;
  for (let kill = 1; kill <= KILLS; kill += 1) {
    // The client is there each time, and in the middle of it.
    const enough = (MESSAGES * kill) / (KILLS + 1);
    while (acknowledged.length < enough) await delay(1);
    await until('the client to follow', () => following.lines.length >= enough / 2, 120_000);
    await node.kill();
    node = await startNode({ env, directory: first.directory });
  }
  await using last = node;
  await Promise.all(sending);
  await until('the client to have it all', () => following.lines.length >= MESSAGES, 120_000);
  const history = await scrollBack(last.url, owner, channelId);
  const attempted = new Set(Array.from({ length: MESSAGES }, (_, number) => `message ${number}`));
  const streams = { follow: following.seen() };
  expect(check({ acknowledged, streams, history, attempted, after: 0 })).toEqual([]);

  await change('removeMember', { url: last.url, by: owner, input: { channelId, userId: reader.id } });
  await until('it to be over', () => following.isOver());
  expect(following.seen()).toHaveLength(MESSAGES + 1);
  expect(following.errors).toEqual([]);
}, 240_000);
