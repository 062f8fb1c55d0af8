import { expect, test } from 'vitest';
import { isHeld } from '../support/connection.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const MESSAGES = 20_000;
const WARM_UP = 10_000;
const SENDERS = 16;
const MIB = 2 ** 20;
const BODY = 'x'.repeat(1_000);

/** Sends side by side; the result is when each sequence was acknowledged. */
async function sendMany(node: Node, senders: readonly Person[], channelId: string, count: number) {
  const acknowledgedAt = new Map<number, number>();
  let next = 0;
  await Promise.all(
    senders.map(async (sender) => {
      while (next < count) {
        const number = next++;
        const { sequence } = await send(node.url, sender, channelId, `${number} ${BODY}`);
        acknowledgedAt.set(sequence ?? 0, performance.now());
      }
    }),
  );
  return acknowledgedAt;
}

const EVENTS = `subscription ($id: ID!, $after: Int) {
  channel(id: $id, after: $after) { sequence ... on MessageSent { message { id text } } }
}`;

/**
 * The stock server died here: its subscriber's queue threw inside the event listener once 1,024 events waited for a reader that
 * did not pull, an uncaught exception with healthy readers connected.
 */
test('a socket that stops reading costs nobody else anything, is let go, and resumes', async () => {
  await using node = await startNode();
  const people = await signUpAll(
    node.url,
    Array.from({ length: SENDERS }, (_, index) => `member-${index}`),
  );
  const [owner, other, sleepy] = people as [Person, Person, Person];
  const channelId = await createGroup(node.url, owner, people.slice(1));
  const request = { wsUrl: node.wsUrl, channelId };
  await using channel = new Subscriber({ ...request, token: owner.token, field: 'channel' });
  await using inbox = new Subscriber({ ...request, token: other.token, field: 'inbox' });
  await sendMany(node, people, channelId, WARM_UP);
  await Promise.all([channel.reached(WARM_UP), inbox.reached(WARM_UP)]);

  await using stalled = await TestSocket.connect(node.wsUrl, sleepy.token);
  stalled.subscribe('1', EVENTS, { id: channelId, after: WARM_UP - 1 });
  await stalled.frame('next', '1');
  const { localPort = 0, remotePort: port = 0 } = stalled.connection;
  stalled.webSocket.pause();
  const stalledAt = performance.now();

  const before = await node.memoryBytes();
  const acknowledgedAt = await sendMany(node, people, channelId, MESSAGES);
  const head = WARM_UP + MESSAGES;
  await Promise.all([channel.reached(head), inbox.reached(head)]);
  const after = await node.memoryBytes();

  for (const reader of [channel, inbox]) {
    const delays = [...acknowledgedAt].map(([sequence, at]) => (reader.seenAt[sequence - 1] ?? Number.NaN) - at);
    expect(reader.seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
    expect(Math.max(...delays)).toBeLessThan(1_000);
  }
  expect((after - before) / MIB).toBeLessThan(64);

  const left = 60_000 - (performance.now() - stalledAt);
  await until('the node to let it go', async () => !(await isHeld(port, localPort)), left);
  stalled.webSocket.resume();
  const { code } = await stalled.end();
  expect([1006, 4410]).toContain(code);

  const position = stalled.results<{ sequence: number }>('1', 'channel').at(-1)?.sequence ?? 0;
  await using resumed = new Subscriber({ ...request, token: sleepy.token, field: 'channel', after: position });
  await resumed.reached(head);
  expect(resumed.seen).toEqual(channel.seen.slice(position));
}, 300_000);
