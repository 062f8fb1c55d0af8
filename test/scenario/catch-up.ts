import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importChannel } from '../support/import.ts';
import { Inspector } from '../support/inspector.ts';
import type { Node } from '../support/node.ts';
import { type Person, send, signUp } from '../support/person.ts';
import { newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { TestSocket } from '../support/socket.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

export interface CatchUpSize {
  /** In the channel from before. */
  readonly lines: number;
  /** Of them the reader whose neighbours are watched lacks so many. */
  readonly behind: number;
  /** Of each line. All of them together are to be more than a node may take for a reader. */
  readonly textCharacters: number;
}

const MIB = 2 ** 20;

const EVENTS = `subscription ($id: ID!) {
  channel(id: $id, after: 0) { sequence at ... on MessageSent { message { id text sender { handle } } } }
}`;

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

  static async start({ wsUrl }: Node, { token }: Person, channelId: string): Promise<Counter> {
    const counter = new Counter(await TestSocket.connect(wsUrl, token));
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

/** The place is to be opened with {@link INSPECTED} and {@link IMPORT_TOKEN}. */
export function catchUpScenario(
  where: string,
  open: () => Promise<Place>,
  { lines, behind, textCharacters }: CatchUpSize,
): void {
  describe(`far behind, ${where}`, () => {
    let place: Place;
    let listening: Node;
    let importer: Person;
    let channelId: string;

    beforeAll(async () => {
      place = await open();
      const asking = place.doors[0];
      listening = place.doors[1];
      importer = await signUp(asking.url, newHandle('importer'));
      const body = 'x'.repeat(textCharacters);
      const text = (index: number): string => `message ${index} ${body}`;
      channelId = await importChannel(asking.url, { importer, count: lines, text });
    }, PLACE_TIMEOUT_MS + 180_000);
    afterAll(() => place[Symbol.asyncDispose]());

    /**
     * Memory and store answered a reader far behind without a pause, so that it kept the event loop to itself: sends of others
     * got no answer within their ten seconds.
     */
    test('one reader catches up in order, while sends are answered', async () => {
      const after = lines - behind;
      const request = { wsUrl: listening.wsUrl, token: importer.token, channelId, field: 'channel', after } as const;
      await using reader = new Subscriber(request);
      await reader.saw(100);
      const waitedMs: number[] = [];
      while (reader.position < lines) {
        const startedAt = performance.now();
        const { url } = place.doors[waitedMs.length % place.doors.length] ?? listening;
        await send(url, importer, channelId, 'meanwhile');
        waitedMs.push(performance.now() - startedAt);
      }
      const head = lines + waitedMs.length;
      await reader.reached(head);

      expect(reader.seen.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: head - after }, (_, index) => after + index + 1),
      );
      // Where it has caught up before anybody else was answered, nothing is seen of what the others wait for.
      expect(waitedMs.length).toBeGreaterThan(0);
      expect(Math.max(...waitedMs)).toBeLessThan(2_000);
    }, 180_000);

    /** Before the reader far behind went page by page, it cost whatever it was behind. */
    test(`one reader ${lines.toLocaleString('en')} events behind costs the process under 32 MB, at any pace`, async () => {
      await using inspector = await Inspector.of(listening);
      const before = await inspector.liveBytes();
      let bytesMax = 0;
      const look = async (): Promise<void> => {
        bytesMax = Math.max(bytesMax, (await inspector.liveBytes()) - before);
      };
      await using fast = await Counter.start(listening, importer, channelId);
      for (let count = 1; count < lines; count += lines / 20) {
        await fast.reached(count);
        await look();
      }
      // And one who takes nothing for a while: what is on its way to it fills all that there is on the way.
      await using slow = await Counter.start(listening, importer, channelId);
      await slow.reached(1);
      slow.socket.webSocket.pause();
      for (let looks = 0; looks < 10; looks += 1) await look();
      slow.socket.webSocket.resume();
      await slow.reached(lines);
      await look();
      expect(bytesMax / MIB).toBeLessThan(32);
    }, 360_000);

    /** What V8 has not collected yet belongs to the process too: two readers make it as large as it gets, the first alone not always. */
    test('a third reader does not make the process grow any more', async () => {
      const peak = async (): Promise<number> => {
        await using reader = await Counter.start(listening, importer, channelId);
        let bytesMax = 0;
        for (let count = 1; count < lines; count += lines / 50) {
          await reader.reached(count);
          bytesMax = Math.max(bytesMax, await listening.memoryBytes());
        }
        return bytesMax;
      };
      await peak();
      const second = await peak();
      expect(((await peak()) - second) / MIB).toBeLessThan(32);
    }, 360_000);
  });
}
