import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { change } from '../support/change.ts';
import { ChatPage } from '../support/chat-page.ts';
import { launchChromium, noChromium } from '../support/chromium.ts';
import { freePort } from '../support/free-port.ts';
import { run } from '../support/graphql.ts';
import { scrollForward } from '../support/history.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

describe('the web chat on a bad network', { timeout: 180_000 }, () => {
  let browser: Browser;
  let first: Node;
  let node: Node;
  let port: number;
  let network: Network;
  const open: ChatPage[] = [];

  beforeAll(async () => {
    if (noChromium) return;
    browser = await launchChromium();
  }, 60_000);

  beforeEach(async (context) => {
    context.skip(noChromium !== false, noChromium || undefined);
    port = await freePort();
    first = await startNode({ env: { PORT: String(port) } });
    node = first;
    network = await Network.open(() => port);
  }, 60_000);

  afterEach(async () => {
    if (noChromium) return;
    for (const chat of open.splice(0)) await chat.page.context().close();
    await network[Symbol.asyncDispose]();
    await node[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
  });

  afterAll(() => browser?.close());

  async function enter(handle: string, script?: string): Promise<ChatPage> {
    const context = await browser.newContext();
    if (script !== undefined) await context.addInitScript(script);
    const chat = await ChatPage.openIn(context, network.origin);
    open.push(chat);
    await chat.signUp(handle);
    return chat;
  }

  /** Two people who write to each other. */
  async function twoPeople(): Promise<readonly [ChatPage, ChatPage]> {
    const [ada, bob] = await Promise.all([enter('ada'), enter('bob')]);
    await ada.startChat('bob');
    await ada.send('one');
    await bob.openChannel(/^ada/);
    await bob.shows(['one']);
    return [ada, bob];
  }

  const stored = async (): Promise<readonly string[]> => {
    const bob = await logIn(node.url, 'bob');
    const [id = ''] = await channelIds(node, bob.token);
    return (await scrollForward(node.url, bob, id)).map(({ text }) => text ?? '');
  };

  it.each([
    ['a shared worker', undefined],
    ['the tab that leads, where there are no shared workers', 'delete globalThis.SharedWorker'],
  ])('holds one socket for three tabs of one person, in %s', async (_, script) => {
    const ada = await enter('ada', script);
    await enter('bob');
    await ada.startChat('bob');
    const context = ada.page.context();
    const others = [await ChatPage.openIn(context, ada.page.url()), await ChatPage.openIn(context, ada.page.url())];
    for (const tab of others) await tab.isLive();
    expect(network.sockets).toBe(2);
    const [second, third] = others as [ChatPage, ChatPage];
    await second.send('from the second');
    for (const tab of [ada, second, third]) await tab.shows(['from the second']);
    // What the tab that is closed had, another has now.
    await ada.page.close();
    await third.send('from the third');
    for (const tab of [second, third]) await tab.shows(['from the second', 'from the third']);
    await second.isLive();
    await until('one socket each', () => network.sockets === 2);
    expect([...second.wrong, ...third.wrong]).toEqual([]);
  });

  it('brings what was written without a network, each once and in order, after the tab was closed and opened again', async () => {
    const [ada, bob] = await twoPeople();
    network.cut();
    await ada.connection.getByText(/^Offline since/).waitFor();
    for (const text of ['two', 'three', 'four']) await ada.send(text);
    await ada.shows(['one', 'two', 'three', 'four']);
    expect(await ada.page.getByText('Sending…').count()).toBe(3);
    const context = ada.page.context();
    const address = ada.page.url();
    await ada.page.close();
    network.restore();
    const again = await ChatPage.openIn(context, address);
    await again.shows(['one', 'two', 'three', 'four']);
    await bob.shows(['one', 'two', 'three', 'four']);
    await until('nothing to wait', async () => (await again.page.getByText('Sending…').count()) === 0);
    expect(await stored()).toEqual(['one', 'two', 'three', 'four']);
    expect([...again.wrong, ...bob.wrong]).toEqual([]);
  });

  it('shows both people what the server has, after the server was killed in the middle of it', async () => {
    const [ada, bob] = await twoPeople();
    const written = ['one'];
    const say = async (who: ChatPage, text: string): Promise<void> => {
      written.push(text);
      await who.send(text);
    };
    await say(ada, 'two');
    await bob.shows(written);
    await say(bob, 'three');
    await ada.shows(written);
    const [killed] = await Promise.all([node.kill(), say(ada, 'four')]);
    expect(killed).toBeUndefined();
    await ada.connection.getByText(/^Offline since/).waitFor();
    await say(ada, 'five');
    node = await startNode({ env: { PORT: String(port) }, directory: first.directory });
    await bob.shows(written, 60_000);
    await say(bob, 'six');
    await Promise.all([ada.shows(written, 60_000), bob.shows(written, 60_000)]);
    expect(await stored()).toEqual(written);
    await Promise.all([ada.isLive(), bob.isLive()]);
    expect([...ada.wrong, ...bob.wrong]).toEqual([]);
  });

  it('shows what the server would not have, with the reason, and sends it again when its author says so', async () => {
    const ada = await enter('ada');
    const bob = await signUp(node.url, 'bob');
    const { id: userId } = await logIn(node.url, 'ada');
    const channelId = await createGroup(node.url, bob, [{ ...bob, id: userId }]);
    await send(node.url, bob, channelId, 'early');
    await ada.openChannel(/^A group/);
    await ada.shows(['early']);
    network.cut();
    await ada.connection.getByText(/^Offline since/).waitFor();
    await ada.send('late');
    await ada.page.getByText('Sending…').waitFor();
    await change('removeMember', { url: node.url, by: bob, input: { channelId, userId } });
    network.restore();
    await ada.page.getByText('You are not in this chat.').waitFor();
    // Who is back before the message is tried again may send it.
    const isTried = (line: string) => /"mutation \w*send/i.test(line) && line.includes(userId);
    await until('it to be tried', () => node.output.split('\n').some(isTried));
    await change('addMembers', { url: node.url, by: bob, input: { channelId, userIds: [userId] } });
    await ada.page.getByText(/^Not sent: /).waitFor();
    expect(await ada.button('Discard').count()).toBe(1);
    await ada.button('Retry').click();
    await until('it to be sent', async () => (await ada.button('Retry').count()) === 0);
    await ada.shows(['early', 'late']);
    await until('it to be stored', async () => (await scrollForward(node.url, bob, channelId)).length === 2);
    expect(ada.wrong).toEqual([]);
  });

  it.each([
    ['server-sent events where WebSockets are blocked', ['websocket']],
    ['long polling where those are blocked too', ['websocket', 'server-sent events']],
  ] as const)('works over %s', async (_, blocked) => {
    for (const each of blocked) network.blocked.add(each);
    const [ada, bob] = await twoPeople();
    expect(network.upgrades).toBe(0);
    await bob.send('two');
    await ada.shows(['one', 'two']);
    await bob.box('Message').pressSequentially('thr');
    await ada.page.getByText('bob is typing…').waitFor();
    await ada.page.getByText('online', { exact: true }).waitFor();
    const isPolling = network.operations.includes('ClientUpdates');
    expect(isPolling).toBe(blocked.length === 2);
    expect([...ada.wrong, ...bob.wrong]).toEqual([]);
  });
});

const CHANNELS = 'query { viewer { channels { edges { node { id } } } } }';

async function channelIds(node: Node, token: string): Promise<readonly string[]> {
  interface Listed {
    readonly viewer: { readonly channels: { readonly edges: readonly { readonly node: { readonly id: string } }[] } };
  }
  return (await run<Listed>(node.url, token, CHANNELS)).viewer.channels.edges.map(({ node: { id } }) => id);
}
