import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StrictFrames } from '../support/frames.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUpAll } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const FIELDS = 'sequence ... on MessageSent { message { text sender { name } } }';
const CHANNEL = `subscription ($id: ID!) { channel(id: $id) { ${FIELDS} } }`;
const INBOX = `subscription { inbox { channel { id } ${FIELDS} } }`;
const OWN = `subscription ($id: ID!) { channel(id: $id) { channel { membership { user { name } } } ${FIELDS} } }`;
const MESSAGES = 30;

interface Event {
  readonly sequence: number;
  readonly channel?: { readonly id: string; readonly membership?: { readonly user: { readonly name: string } } };
}

const sequences = (events: readonly Event[]): readonly number[] => events.map(({ sequence }) => sequence);

describe('one event for many sockets', () => {
  let node: Node;
  let people: readonly Person[];
  let channels: readonly string[];
  beforeAll(async () => {
    node = await startNode();
    people = await signUpAll(node.url, ['ann', 'ben', 'cat', 'dan']);
    const [owner, ...others] = people as [Person, ...Person[]];
    channels = await Promise.all([1, 2].map(() => createGroup(node.url, owner, others)));
  });
  afterAll(() => node[Symbol.asyncDispose]());

  const sendAll = async (): Promise<void> => {
    await Promise.all(
      channels.map(async (id, index) => {
        const sender = people[index] as Person;
        for (let count = 0; count < MESSAGES; count += 1) await send(node.url, sender, id, `é"\\ ${count}`);
      }),
    );
  };

  it('reaches each operation of each under its own id, once and in order', async () => {
    const sockets = await Promise.all(people.map((person) => TestSocket.connect(node.wsUrl, person.token)));
    const expected: { socket: TestSocket; id: string; field: string; count: number }[] = [];
    for (const [index, socket] of sockets.entries()) {
      const own = (id: string, query: string, field: string, channel: string | null, count: number): void => {
        socket.subscribe(id, query, channel === null ? {} : { id: channel });
        expected.push({ socket, id, field, count });
      };
      own('1', CHANNEL, 'channel', channels[0] ?? '', MESSAGES);
      own('2', CHANNEL, 'channel', channels[1] ?? '', MESSAGES);
      own(`inbox ${index} "é"`, INBOX, 'inbox', null, 2 * MESSAGES);
      own(crypto.randomUUID(), OWN, 'channel', channels[0] ?? '', MESSAGES);
    }
    for (const socket of sockets) {
      socket.send({ type: 'ping' });
      await socket.frame('pong');
    }
    await sendAll();
    for (const { socket, id, field, count } of expected) {
      await until(`${count} events of ${id}`, () => socket.results(id, field).length >= count);
      const events = socket.results<Event>(id, field);
      if (field === 'channel') expect(sequences(events)).toEqual(Array.from({ length: MESSAGES }, (_, at) => at + 1));
      else {
        for (const channel of channels) {
          const ofChannel = events.filter((event) => event.channel?.id === channel);
          expect(sequences(ofChannel)).toEqual(Array.from({ length: MESSAGES }, (_, at) => at + 1));
        }
      }
    }
    // What depends on the viewer is each viewer's own.
    for (const [index, socket] of sockets.entries()) {
      const { id } = expected[index * 4 + 3] ?? { id: '' };
      const names = socket.results<Event>(id, 'channel').map(({ channel }) => channel?.membership?.user.name);
      expect(new Set(names)).toEqual(new Set([people[index]?.handle]));
    }
    for (const socket of sockets) socket.webSocket.terminate();
  });

  it('comes in frames that a strict reader takes', async () => {
    const { port, pathname } = new URL(node.url);
    const peer = connect(Number(port), '127.0.0.1');
    peer.write(
      [
        `GET ${pathname} HTTP/1.1`,
        ...['Host: x', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
        ...['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Protocol: graphql-transport-ws', '', ''],
      ].join('\r\n'),
    );
    const [handshake] = (await once(peer, 'data')) as [Buffer];
    const frames = new StrictFrames();
    frames.push(handshake.subarray(handshake.indexOf('\r\n\r\n') + 4));
    peer.on('data', (bytes: Buffer) => frames.push(bytes));
    const say = (message: object): void => {
      const text = Buffer.from(JSON.stringify(message));
      const header =
        text.length > 125 ? [0x81, 0xfe, text.length >> 8, text.length & 0xff] : [0x81, 0x80 | text.length];
      // A mask of zeros leaves the text as it is.
      peer.write(Buffer.concat([Buffer.from([...header, 0, 0, 0, 0]), text]));
    };
    const heard = (type: string): readonly { type: string }[] =>
      frames.texts.map((text) => JSON.parse(text) as { type: string }).filter((message) => message.type === type);
    say({ type: 'connection_init', payload: { authorization: `Bearer ${people[0]?.token}` } });
    await until('the acknowledgement', () => heard('connection_ack').length === 1);
    say({ type: 'subscribe', id: '1', payload: { query: INBOX } });
    say({ type: 'subscribe', id: crypto.randomUUID(), payload: { query: INBOX } });
    say({ type: 'ping' });
    await until('the pong', () => heard('pong').length === 1);
    await sendAll();
    await until('all events', () => heard('next').length === 4 * MESSAGES);
    expect(frames.restBytes).toBe(0);
    peer.destroy();
  });
});
