import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatPage } from '../support/chat-page.ts';
import { launchChromium, noChromium } from '../support/chromium.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const NAME_OF_FOCUSED = `(() => {
  const element = document.activeElement;
  if (element === document.body) return '';
  return element.ariaLabel ?? (element.labels?.[0] ?? element).innerText.trim();
})()`;

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** Nobody who was made by an earlier try has it. */
let people = 0;
const fresh = (name: string): string => {
  people += 1;
  return `${name}-${people}`;
};

describe('the web chat', { timeout: 120_000 }, () => {
  let node: Node;
  let browser: Browser;
  let origin: string;

  beforeAll(async () => {
    if (noChromium) return;
    [node, browser] = await Promise.all([startNode(), launchChromium()]);
    origin = new URL(node.url).origin;
  }, 60_000);

  beforeEach((context) => context.skip(noChromium !== false, noChromium || undefined));

  afterAll(async () => {
    await browser?.close();
    await node?.[Symbol.asyncDispose]();
  });

  /** Serious faults that axe finds on the page. */
  async function faults({ page }: ChatPage): Promise<readonly string[]> {
    // By the developer's protocol: the page's own policy lets no script in.
    await page.evaluate(AXE);
    const findings = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as readonly Finding[];
    return findings
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('\n')}`);
  }

  it('lets two people write to each other', async () => {
    const [ada, bob] = await Promise.all([ChatPage.open(browser, origin), ChatPage.open(browser, origin)]);
    const handle = fresh('bob');
    await Promise.all([ada.signUp(fresh('ada'), 'Ada'), bob.signUp(handle, 'Bob')]);
    expect(await ada.channels.count()).toBe(1);

    await ada.startChat(handle);
    await bob.channels.getByRole('link', { name: 'Ada', exact: true }).waitFor();
    await ada.send('Hello');
    await ada.send('How are you?');
    await ada.shows(['Hello', 'How are you?']);
    await bob.channels.getByRole('link', { name: 'Ada 2 unread', exact: true }).waitFor();
    await bob.openChannel(/^Ada/);
    await bob.page.getByText('New messages').waitFor();
    await bob.channels.getByRole('link', { name: 'Ada', exact: true }).waitFor();

    await bob.box('Message').pressSequentially('Fine');
    await ada.page.getByText('Bob is typing…').waitFor();
    await bob.box('Message').press('Enter');
    await ada.shows(['Hello', 'How are you?', 'Fine']);
    await ada.page.getByText('Bob is typing…').waitFor({ state: 'detached' });

    const fine = ada.articles.nth(2);
    await fine.hover();
    await fine.getByRole('button', { name: 'Reply' }).click();
    await ada.send('Good');
    await bob.articles.nth(3).getByText('Fine').waitFor();

    const hello = ada.articles.nth(0);
    await hello.hover();
    await hello.getByRole('button', { name: 'Edit' }).click();
    await ada.box('Message').fill('Hello Bob');
    await ada.button('Save').click();
    await bob.articles.nth(0).getByText('Hello Bob').waitFor();
    await ada.articles.nth(1).hover();
    await ada.articles.nth(1).getByRole('button', { name: 'Delete' }).click();
    await bob.shows(['Hello Bob (edited)', 'This message was deleted.', 'Fine', 'Good']);
    await ada.shows(['Hello Bob (edited)', 'This message was deleted.', 'Fine', 'Good']);

    await ada.page.getByText('online', { exact: true }).waitFor();
    expect([...ada.wrong, ...bob.wrong]).toEqual([]);
    await Promise.all([ada.page.context().close(), bob.page.context().close()]);
  });

  it('makes groups, and says who is not there', async () => {
    const [c, d] = [fresh('cleo'), fresh('dan')];
    await Promise.all([signUp(node.url, c), signUp(node.url, d)]);
    const [eve, cleo] = await Promise.all([ChatPage.open(browser, origin), ChatPage.open(browser, origin)]);
    await Promise.all([eve.signUp(fresh('eve'), 'Eve'), cleo.logIn(c)]);
    await eve.button('New group').click();
    await eve.box('Group name').fill('Lunch');
    await eve.box('People').fill(`${c}, nobody-at-all`);
    await eve.button('Create').click();
    await eve.page.getByRole('alert').getByText('nobody with the handle nobody-at-all').waitFor();
    await eve.box('People').fill(`@${c}, ${d}`);
    await eve.button('Create').click();
    await cleo.openChannel(/^Lunch$/);
    await eve.send('Noon?');
    await cleo.shows(['Noon?']);
    await cleo.button('3 members').click();
    await cleo.page.getByRole('list', { name: 'Members' }).getByText(`@${d}`).waitFor();
    await cleo.button('Leave group').click();
    await cleo.page.getByText('You are not in this chat.').waitFor();
    await eve.button('2 members').waitFor();
    expect([...eve.wrong, ...cleo.wrong]).toEqual([]);
    await Promise.all([eve.page.context().close(), cleo.page.context().close()]);
  });

  // Whatever was unread counted as read as soon as the chat was opened, though it was never on the page.
  it('begins at the first unread message, and has read them when the end has been seen', async () => {
    const [ole, pia] = await Promise.all([signUp(node.url, fresh('ole')), signUp(node.url, fresh('pia'))]);
    const channelId = await createGroup(node.url, ole, [pia]);
    for (let index = 1; index <= 40; index += 1) await send(node.url, ole, channelId, `${index}\nand more`);
    const chat = await ChatPage.open(browser, origin);
    await chat.logIn(pia.handle);
    await chat.openChannel('A group 40 unread');
    await chat.page.getByText('New messages').waitFor();
    await chat.button('40 new ↓').waitFor();
    await chat.channels.getByRole('link', { name: 'A group 40 unread', exact: true }).waitFor();
    await chat.button('40 new ↓').click();
    await chat.articles.getByText(/^40$/m).waitFor();
    await chat.channels.getByRole('link', { name: 'A group', exact: true }).waitFor();
    expect(chat.wrong).toEqual([]);
    await chat.page.context().close();
  });

  it('says at once what is too long to be sent', async () => {
    const fay = await ChatPage.open(browser, origin);
    await fay.signUp(fresh('fay'), 'Fay');
    const { handle } = await signUp(node.url, fresh('gil'));
    await fay.startChat(handle);
    await fay.send('x'.repeat(8_001));
    await fay.page.getByRole('alert').getByText('At most 8,000 characters.').waitFor();
    expect(await fay.articles.count()).toBe(0);
    await fay.send('x'.repeat(8_000));
    await fay.shows(['x'.repeat(8_000)]);
    await fay.page.context().close();
  });

  it('can be used by the keyboard alone', async () => {
    const { handle: peer } = await signUp(node.url, fresh('ida'));
    const hal = await ChatPage.open(browser, origin);
    const { keyboard } = hal.page;
    const tabTo = async (name: string): Promise<void> => {
      for (let tries = 0; tries < 30; tries += 1) {
        const text = await hal.page.evaluate(NAME_OF_FOCUSED);
        if (String(text).split('\n').includes(name)) return;
        await keyboard.press('Tab');
      }
      throw new Error(`the keyboard does not get to ${name}`);
    };
    await tabTo('Handle');
    await keyboard.type(fresh('hal'));
    await keyboard.press('Tab');
    await keyboard.type('correct horse battery');
    await tabTo('Name');
    await keyboard.type('Hal');
    await keyboard.press('Enter');
    await hal.isLive();
    await tabTo('New chat');
    await keyboard.press('Enter');
    await hal.box('Person').waitFor();
    await keyboard.type(peer);
    await keyboard.press('Enter');
    await hal.box('Message').waitFor();
    await tabTo('Message');
    await keyboard.type('one');
    await keyboard.press('Enter');
    await keyboard.type('two');
    await keyboard.press('Enter');
    await hal.shows(['one', 'two']);
    await until('both to be sent', async () => (await hal.page.getByText('Sending…').count()) === 0);
    // The last message of one's own is changed by going up from the empty box.
    await keyboard.press('ArrowUp');
    await keyboard.press('End');
    await keyboard.type('!');
    await keyboard.press('Enter');
    await hal.shows(['one', 'two! (edited)']);
    await hal.page.keyboard.press('Shift+Tab');
    await tabTo('Messages');
    await keyboard.press('ArrowUp');
    await keyboard.press('ArrowUp');
    await tabTo('Delete');
    await keyboard.press('Enter');
    await hal.shows(['This message was deleted.', 'two! (edited)']);
    await tabTo(peer);
    await keyboard.press('Enter');
    await tabTo('Log out');
    await keyboard.press('Enter');
    await hal.box('Handle').waitFor();
    expect(hal.wrong).toEqual([]);
    await hal.page.context().close();
  });

  it.each([
    ['light', { colorScheme: 'light', viewport: { width: 1_200, height: 800 } }],
    ['dark', { colorScheme: 'dark', viewport: { width: 1_200, height: 800 } }],
    ['on a phone', { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true }],
  ] as const)('has no serious fault that axe finds: %s', async (_, options) => {
    const { handle: peer } = await signUp(node.url, fresh('peer'));
    const chat = await ChatPage.open(browser, origin, options);
    expect(await faults(chat)).toEqual([]);
    await chat.signUp(fresh('kim'), 'Kim');
    expect(await faults(chat)).toEqual([]);
    await chat.startChat(peer);
    await chat.send('See https://example.org');
    await chat.shows(['See https://example.org']);
    await chat.articles.first().click();
    expect(await faults(chat)).toEqual([]);
    if (options.viewport.width < 500) await chat.page.getByRole('link', { name: 'Back to chats' }).click();
    await chat.button('New group').click();
    expect(await faults(chat)).toEqual([]);
    expect(chat.wrong).toEqual([]);
    await chat.page.context().close();
  });
});
