import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isHeld } from '../support/connection.ts';
import type { Node } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { TestSocket } from '../support/socket.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

export interface StalledReaderSize {
  /** Sent before the reader stalls. */
  readonly warmUp: number;
  /** Sent while it does. */
  readonly messages: number;
  /** Of each message. All of those that it does not read are to be more than the kernels hold for it. */
  readonly textCharacters: number;
}

const SENDERS = 16;
const MIB = 2 ** 20;

const EVENTS = `subscription ($id: ID!, $after: Int) {
  channel(id: $id, after: $after) { sequence ... on MessageSent { message { id text } } }
}`;

export function stalledReaderScenario(
  where: string,
  open: () => Promise<Place>,
  { warmUp, messages, textCharacters }: StalledReaderSize,
): void {
  const body = 'x'.repeat(textCharacters);

  describe(`a socket that stops reading, ${where}`, () => {
    let place: Place;
    let asking: Node;
    let listening: Node;
    let other: Node;
    beforeAll(async () => {
      place = await open();
      [asking, listening, other] = place.doors;
    }, PLACE_TIMEOUT_MS);
    afterAll(() => place[Symbol.asyncDispose]());

    /** Sends side by side; the result is when each sequence was acknowledged. */
    async function sendMany(senders: readonly Person[], channelId: string, count: number) {
      const acknowledgedAt = new Map<number, number>();
      let next = 0;
      await Promise.all(
        senders.map(async (sender, index) => {
          const { url } = index % 2 === 0 ? asking : other;
          while (next < count) {
            const number = next++;
            const { sequence } = await send(url, sender, channelId, `${number} ${body}`);
            acknowledgedAt.set(sequence ?? 0, performance.now());
          }
        }),
      );
      return acknowledgedAt;
    }

    /**
     * The stock server died here: its subscriber's queue threw inside the event listener once 1,024 events waited for a reader that
     * did not pull, an uncaught exception with healthy readers connected.
     */
    test('costs nobody else anything, is let go, and resumes', async () => {
      const handles = Array.from({ length: SENDERS }, (_, index) => newHandle(`member-${index}`));
      const people = await signUpAll(asking.url, handles);
      const [owner, reader, sleepy] = people as [Person, Person, Person];
      const channelId = await createGroup(asking.url, owner, people.slice(1));
      const request = { wsUrl: listening.wsUrl, channelId };
      // Beside the one that stalls, and elsewhere.
      await using channel = new Subscriber({ ...request, token: owner.token, field: 'channel' });
      await using inbox = new Subscriber({ ...request, token: reader.token, field: 'inbox' });
      await using elsewhere = new Subscriber({
        ...request,
        wsUrl: other.wsUrl,
        token: reader.token,
        field: 'channel',
      });
      const healthy = [channel, inbox, elsewhere];
      await sendMany(people, channelId, warmUp);
      await Promise.all(healthy.map((one) => one.reached(warmUp)));

      await using stalled = await TestSocket.connect(listening.wsUrl, sleepy.token);
      stalled.subscribe('1', EVENTS, { id: channelId, after: warmUp - 1 });
      await stalled.frame('next', '1');
      const { localPort = 0, remotePort: port = 0 } = stalled.connection;
      stalled.webSocket.pause();
      const stalledAt = performance.now();

      const before = await listening.memoryBytes();
      const acknowledgedAt = await sendMany(people, channelId, messages);
      const head = warmUp + messages;
      await Promise.all(healthy.map((one) => one.reached(head)));
      const after = await listening.memoryBytes();

      for (const one of healthy) {
        const delays = [...acknowledgedAt].map(([sequence, at]) => (one.seenAt[sequence - 1] ?? Number.NaN) - at);
        expect(one.seen.map(({ sequence }) => sequence)).toEqual(Array.from({ length: head }, (_, index) => index + 1));
        expect(Math.max(...delays)).toBeLessThan(1_000);
      }
      expect((after - before) / MIB).toBeLessThan(64);

      const left = 60_000 - (performance.now() - stalledAt);
      await until('the node to let it go', async () => !(await isHeld(port, localPort)), left);
      stalled.webSocket.resume();
      // What the kernel still has for it may wait for its next probe of the window: as long again as nothing was taken.
      const { code } = await stalled.end(60_000);
      expect([1006, 4410]).toContain(code);

      const position = stalled.results<{ sequence: number }>('1', 'channel').at(-1)?.sequence ?? 0;
      expect(position).toBeLessThan(head);
      await using resumed = new Subscriber({
        ...request,
        wsUrl: other.wsUrl,
        token: sleepy.token,
        field: 'channel',
        after: position,
      });
      await resumed.reached(head);
      expect(resumed.seen).toEqual(channel.seen.slice(position));
    }, 300_000);
  });
}
