import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { type Node, startNode } from '../support/node.ts';
import { until } from '../support/until.ts';
import { enter, shows } from './cast.ts';

describe('a channel that somebody else has made', { timeout: 60_000 }, () => {
  let node: Node;
  let ada: Client;
  let bob: Client;

  beforeAll(async () => {
    node = await startNode();
    [ada, bob] = await Promise.all([enter(node.url, 'ada'), enter(node.url, 'bob')]);
  }, 90_000);
  afterAll(async () => {
    ada?.close();
    bob?.close();
    await node?.[Symbol.asyncDispose]();
  });

  const isListed = (id: string): Promise<boolean> =>
    until('the channel', () => ada.channels.get().some((channel) => channel.id === id));

  it.each(['group', 'direct channel'])(
    'is listed at once, on top, before anything is written in it: %s',
    async (kind) => {
      await bob.createGroup({ name: 'Before', people: ['ada'] }).then(({ id }) => isListed(id));
      const made =
        kind === 'group'
          ? await bob.createGroup({ name: 'Quiet', people: ['ada'] })
          : await bob.openDirectChannel('ada');
      await isListed(made.id);
      const title = kind === 'group' ? 'Quiet' : 'bob';
      expect(ada.channels.get()[0]).toMatchObject({ id: made.id, title, unread: 0, head: 0 });
      expect(bob.channels.get().filter(({ id }) => id === made.id)).toHaveLength(1);
      await made.send('Is it?');
      ada.channel(made.id).open();
      await shows(ada, made.id, ['Is it?']);
      // History may bring it before its event does.
      await until('its event', () => ada.channels.get()[0]?.head === 1);
      expect(ada.channels.get()[0]?.id).toBe(made.id);
    },
  );

  it('is listed with its first message', async () => {
    const group = await bob.createGroup({ name: 'Lunch', people: ['ada'] });
    await group.send('Noon?');
    await isListed(group.id);
    // It is listed when it is made, which may be before its message is there.
    await until('its message', () => ada.channels.get()[0]?.unread === 1);
    expect(ada.channels.get()[0]).toMatchObject({ id: group.id, title: 'Lunch', unread: 1, head: 1 });
  });

  // Its messages take no position: it was not looked for, and stayed unseen with all that was said in it.
  it('is listed with its first message where messages are not stored, and shows it', async () => {
    const group = await bob.createGroup({ name: 'Hall', people: ['ada'], delivery: 'EPHEMERAL' });
    await group.send('Anybody?');
    await isListed(group.id);
    ada.channel(group.id).open();
    await shows(ada, group.id, ['Anybody?']);
  });

  it('is listed as soon as somebody types in it', async () => {
    const group = await bob.createGroup({ name: 'Plans', people: ['ada'] });
    group.setTyping(true);
    await isListed(group.id);
    await until('the typing', () => ada.channel(group.id).typing.get().length === 1);
  });
});
