import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isHeld } from '../support/connection.ts';
import { importChannel } from '../support/import.ts';
import { Listener } from '../support/listener.ts';
import type { Node } from '../support/node.ts';
import { type Person, signUp } from '../support/person.ts';
import { newHandle, PLACE_TIMEOUT_MS, type Place } from '../support/place.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const MESSAGES = 2_000;
/** Some 16 MB in all: more than the kernels hold on the way to a reader who takes nothing. */
const TEXT = 'x'.repeat(7_900);
const KIB = 1_024;
const CHANNEL = `subscription ($id: ID!) { channel(id: $id, after: 0) { sequence ... on MessageSent { message { id text } } } }`;

const sequencesOf = (text: string): readonly number[] =>
  text
    .split('\n\n')
    .slice(0, -1)
    .flatMap((event) => (/^data: .*"sequence":(\d+)/m.exec(event) ?? []).slice(1))
    .map(Number);

const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

/**
 * Nothing else happens there: neither a full queue nor anything that is sent tells of the reader. The place is to be opened with
 * {@link IMPORT_TOKEN}.
 */
export function quietStallScenario(where: string, open: () => Promise<Place>): void {
  describe(`a quiet node, ${where}`, () => {
    let place: Place;
    let listening: Node;
    let other: Node;
    let ada: Person;
    let channelId: string;

    beforeAll(async () => {
      place = await open();
      const asking = place.doors[0];
      [, listening, other] = place.doors;
      ada = await signUp(asking.url, newHandle('ada'));
      const text = (index: number): string => `${index} ${TEXT}`;
      channelId = await importChannel(asking.url, { importer: ada, count: MESSAGES, text });
    }, PLACE_TIMEOUT_MS + 120_000);
    afterAll(() => place[Symbol.asyncDispose]());

    /** Asks for server-sent events, and reads nothing. In HTTP/1.0 they come as they are, without lengths between them. */
    async function openStream(): Promise<Socket> {
      const body = JSON.stringify({ query: CHANNEL, variables: { id: channelId } });
      const socket = connect({ port: Number(new URL(listening.url).port), host: '127.0.0.1' });
      socket.on('error', () => {});
      socket.write(
        `POST /graphql HTTP/1.0\r\nHost: localhost\r\nAuthorization: Bearer ${ada.token}\r\nAccept: text/event-stream\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      await until('the stream to begin', () => socket.readableLength > 0 || socket.bytesRead > 0);
      return socket;
    }

    describe.concurrent('a reader who takes nothing, while nothing happens', { timeout: 120_000 }, () => {
      it('of server-sent events is let go after 30 seconds, and resumes from what it had', async () => {
        const socket = await openStream();
        const { localPort = 0, remotePort = 0 } = socket;
        const startedAt = performance.now();
        await until('the node to let it go', async () => !(await isHeld(remotePort, localPort)), 60_000);
        expect(performance.now() - startedAt).toBeGreaterThan(25_000);
        const chunks: Buffer[] = [];
        socket.on('data', (chunk) => chunks.push(chunk));
        await new Promise((resolve) => socket.once('close', resolve));
        const seen = sequencesOf(Buffer.concat(chunks).toString());
        expect(seen).toEqual(upTo(seen.length));
        expect(seen.length).toBeLessThan(MESSAGES);
        const after = seen.length;
        const request = { wsUrl: other.wsUrl, token: ada.token, channelId, field: 'channel', after } as const;
        await using resumed = new Subscriber(request);
        await resumed.reached(MESSAGES);
        expect(resumed.seen.map(({ sequence }) => sequence)).toEqual(upTo(MESSAGES).slice(seen.length));
      });

      it('of a socket is let go within 60 seconds', async () => {
        await using stalled = await Listener.channel(other, ada, channelId, 0);
        await stalled.first(1);
        const { localPort = 0, remotePort = 0 } = stalled.socket.connection;
        stalled.socket.webSocket.pause();
        await until('the node to let it go', async () => !(await isHeld(remotePort, localPort)), 60_000);
      });

      // The stream was cut where something waited at each of a few moments, which is always so where a reader is slow.
      it.each([
        ['server-sent events', openStream],
        [
          'a socket',
          async () => {
            const { socket } = await Listener.channel(other, ada, channelId, 0);
            await socket.frame('next', '1');
            socket.webSocket.pause();
            return socket.connection;
          },
        ],
      ])('is told from one who takes little: %s', async (_, open) => {
        const socket = await open();
        const { localPort = 0, remotePort = 0 } = socket;
        const before = socket.bytesRead;
        const startedAt = performance.now();
        while (performance.now() - startedAt < 50_000) {
          socket.read();
          await delay(200);
          expect(await isHeld(remotePort, localPort)).toBe(true);
        }
        expect(socket.bytesRead - before).toBeGreaterThan(1_000 * KIB);
        socket.destroy();
      });
    });
  });
}
