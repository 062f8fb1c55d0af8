import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { createClient } from '../../src/client/index.ts';
import type { TransportName } from '../../src/client/link.ts';
import { freePort } from '../support/free-port.ts';
import { scrollForward } from '../support/history.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { logIn, PASSWORD } from '../support/person.ts';
import { until } from '../support/until.ts';
import { enter, live, shown, shows } from './cast.ts';

const TRANSPORTS: readonly TransportName[] = ['websocket', 'server-sent events', 'polling'];

describe.each(TRANSPORTS)('over %s', { timeout: 60_000 }, (transport) => {
  let first: Node;
  let node: Node;
  let port: number;
  let network: Network;
  let ada: Client;
  let bob: Client;
  let channelId: string;

  beforeAll(async () => {
    port = await freePort();
    first = await startNode({ env: { PORT: String(port) } });
    node = first;
    network = await Network.open(() => port);
    // What is not wanted is refused by the network, as it is where clients meet that.
    if (transport !== 'websocket') network.blocked.add('websocket');
    if (transport === 'polling') network.blocked.add('server-sent events');
    [ada, bob] = await Promise.all([enter(network.url, 'ada'), enter(network.url, 'bob')]);
    channelId = (await ada.openDirectChannel('bob')).id;
    ada.channel(channelId).open();
    bob.channel(channelId).open();
  });

  afterAll(async () => {
    ada?.close();
    bob?.close();
    await network?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
    await first?.[Symbol.asyncDispose]();
  });

  const bothShow = (texts: readonly string[]) =>
    Promise.all([shows(ada, channelId, texts), shows(bob, channelId, texts)]);

  it('is what is used where the others are blocked', () => {
    expect(ada.connection.get()).toEqual({ status: 'live', transport });
  });

  it('brings messages, edits and deletions to both', async () => {
    await ada.channel(channelId).send('one');
    await shows(bob, channelId, ['one']);
    await bob.channel(channelId).send('two');
    await ada.channel(channelId).send('three');
    await bothShow(['one', 'two', 'three']);
    const [first, , third] = ada.channel(channelId).messages.get().items;
    await ada.channel(channelId).edit(first?.id ?? '', 'ONE');
    await ada.channel(channelId).delete(third?.id ?? '');
    await bothShow(['ONE', 'two', '(deleted)']);
  });

  it('brings typing, presence and what is unread', async () => {
    const presence = ada.presence(bob.viewer.get()?.id ?? '');
    const stop = presence.subscribe(() => {});
    await until('presence', () => presence.get().status === 'ONLINE', 30_000);
    stop();
    await until('typing', async () => {
      bob.channel(channelId).setTyping(true);
      return ada.channel(channelId).typing.get().length === 1;
    });
    await bob.channel(channelId).send('four');
    await until('unread', () => ada.channels.get()[0]?.unread === 1);
    await until('typing to end', () => ada.channel(channelId).typing.get().length === 0);
    ada.channel(channelId).markRead();
    expect(ada.channels.get()[0]?.unread).toBe(0);
    expect(ada.channels.get()[0]).toMatchObject({
      title: 'bob',
      kind: 'DIRECT',
      readUpTo: ada.channels.get()[0]?.head,
    });
  });

  it('shows a channel that somebody else makes, before anything is written in it', async () => {
    const made = new Set<string>();
    // One that is made between two polls shows later: nothing says when a poll waits.
    await until('a new channel', async () => {
      made.add((await bob.createGroup({ name: 'Quiet', people: ['ada'] })).id);
      return ada.channels.get().some(({ id, head }) => made.has(id) && head === 0);
    });
    expect(ada.channels.get()[0]).toMatchObject({ title: 'Quiet', head: 0, unread: 0 });
    expect(ada.connection.get()).toEqual({ status: 'live', transport });
  });

  it('goes on after a cut where it was, with what was written meanwhile, in order and once', async () => {
    const before = shown(ada, channelId);
    network.cut();
    await until('offline', () => ada.connection.get().status === 'offline');
    await Promise.all(['five', 'six', 'seven'].map((text) => ada.channel(channelId).send(text)));
    await shows(ada, channelId, [...before, 'five (pending)', 'six (pending)', 'seven (pending)']);
    network.restore();
    await bothShow([...before, 'five', 'six', 'seven']);
    await live(ada);
  });

  // What had been said in it before it was found was shown, and told to no listener.
  it('finds a channel that was joined while away, and tells of it from the start', async () => {
    const heard: string[] = [];
    const stop = ada.onEvent((event) => {
      if (event.__typename === 'MessageSent') heard.push(event.message.text);
    });
    network.cut();
    await until('ada to be offline', () => ada.connection.get().status === 'offline');
    const other = createClient({ url: node.url });
    await other.logIn({ handle: 'bob', password: PASSWORD });
    const lunch = await other.createGroup({ name: 'Lunch', people: ['ada'] });
    for (const text of ['Noon?', 'Or one?']) await lunch.send(text);
    await until('both to be sent', () => other.outbox.get().length === 0);
    other.close();
    network.restore();
    await until('both', () => heard.length === 2, 20_000);
    await until('the channel', () => ada.channels.get().some(({ id, unread }) => id === lunch.id && unread === 2));
    const close = ada.channel(lunch.id).open();
    await shows(ada, lunch.id, ['Noon?', 'Or one?']);
    await live(ada);
    expect(heard).toEqual(['Noon?', 'Or one?']);
    close();
    stop();
  });

  it('goes on after the node was killed and came back', async () => {
    const before = shown(ada, channelId);
    await node.kill();
    await until(
      'offline',
      () => ada.connection.get().status === 'offline' && bob.connection.get().status === 'offline',
    );
    await ada.channel(channelId).send('eight');
    node = await startNode({ env: { PORT: String(port) }, directory: node.directory });
    await shows(bob, channelId, [...before, 'eight']);
    await bob.channel(channelId).send('nine');
    await bothShow([...before, 'eight', 'nine']);
    const stored = await scrollForward(node.url, await logIn(node.url, 'bob'), channelId);
    expect(stored.filter(({ text }) => text !== '').map(({ text }) => text)).toEqual(
      [...before, 'eight', 'nine'].filter((text) => text !== '(deleted)'),
    );
  });
});
