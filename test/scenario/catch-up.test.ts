import { afterAll, beforeAll, expect, test } from 'vitest';
import { importChannel } from '../support/import.ts';
import { INSPECTED, Inspector } from '../support/inspector.ts';
import { type Node, startNode } from '../support/node.ts';
import { type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const IMPORT_TOKEN = 'a secret for this test';
const LINES = 100_000;
/** Of the reader whose neighbours are watched. */
const BEHIND = 20_000;
const TEXT = 'x'.repeat(200);
const MIB = 2 ** 20;

const EVENTS = `subscription ($id: ID!) {
  channel(id: $id, after: 0) { sequence at ... on MessageSent { message { id text sender { handle } } } }
}`;

let node: Node;
let importer: Person;
let channelId: string;

beforeAll(async () => {
  node = await startNode({ env: { IMPORT_TOKEN, ...INSPECTED } });
  importer = await signUp(node.url, 'importer');
  const text = (index: number): string => `message ${index} ${TEXT}`;
  channelId = await importChannel(node.url, { importer, importToken: IMPORT_TOKEN, count: LINES, text });
}, 180_000);
afterAll(() => node[Symbol.asyncDispose]());

/**
 * Memory and store answered a reader far behind without a pause, so that it kept the event loop to itself: sends of others
 * got no answer within their ten seconds.
 */
test('one reader far behind catches up in order, while sends are answered', async () => {
  const after = LINES - BEHIND;
  const request = { wsUrl: node.wsUrl, token: importer.token, channelId, field: 'channel', after } as const;
  await using reader = new Subscriber(request);
  await reader.saw(100);
  const waitedMs: number[] = [];
  while (reader.position < LINES) {
    const startedAt = performance.now();
    await send(node.url, importer, channelId, 'meanwhile');
    waitedMs.push(performance.now() - startedAt);
  }
  const head = LINES + waitedMs.length;
  await reader.reached(head);

  expect(reader.seen.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: head - after }, (_, index) => after + index + 1),
  );
  expect(Math.max(...waitedMs)).toBeLessThan(2_000);
}, 180_000);

/** A reader from the beginning, who counts what comes. */
class Counter implements AsyncDisposable {
  count = 0;
  readonly socket: TestSocket;

  private constructor(socket: TestSocket) {
    this.socket = socket;
    // The frames are not kept: it is not the test's memory that is looked at.
    socket.webSocket.removeAllListeners('message');
    socket.webSocket.on('message', () => {
      this.count += 1;
    });
  }

  static async start(): Promise<Counter> {
    const counter = new Counter(await TestSocket.connect(node.wsUrl, importer.token));
    counter.socket.subscribe('1', EVENTS, { id: channelId });
    return counter;
  }

  reached(count: number): Promise<boolean> {
    return until(`${count} events to come`, () => this.count >= count, 180_000);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.socket[Symbol.asyncDispose]();
  }
}

/** Before the reader far behind went page by page, it cost whatever it was behind. */
test('one reader 100,000 events behind costs the process under 32 MB, at any pace', async () => {
  await using inspector = await Inspector.of(node);
  const before = await inspector.liveBytes();
  let bytesMax = 0;
  const look = async (): Promise<void> => {
    bytesMax = Math.max(bytesMax, (await inspector.liveBytes()) - before);
  };
  await using fast = await Counter.start();
  for (let count = 1; count < LINES; count += LINES / 20) {
    await fast.reached(count);
    await look();
  }
  // And one who takes nothing for a while: what is on its way to it fills all that there is on the way.
  await using slow = await Counter.start();
  await slow.reached(1);
  slow.socket.webSocket.pause();
  for (let looks = 0; looks < 10; looks += 1) await look();
  slow.socket.webSocket.resume();
  await slow.reached(LINES);
  await look();
  expect(bytesMax / MIB).toBeLessThan(32);
}, 360_000);

/** What V8 has not collected yet belongs to the process too. A first reader makes it as large as it gets. */
test('the second reader far behind does not make the process grow any more', async () => {
  const peak = async (): Promise<number> => {
    await using reader = await Counter.start();
    let bytesMax = 0;
    for (let count = 1; count < LINES; count += LINES / 50) {
      await reader.reached(count);
      bytesMax = Math.max(bytesMax, await node.memoryBytes());
    }
    return bytesMax;
  };
  const first = await peak();
  expect(((await peak()) - first) / MIB).toBeLessThan(48);
}, 360_000);
