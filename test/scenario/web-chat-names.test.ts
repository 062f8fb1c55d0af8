import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ChatPage } from '../support/chat-page.ts';
import { launchChromium, noChromium } from '../support/chromium.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { PASSWORD } from '../support/person.ts';
import { newHandle } from '../support/place.ts';

const CONTROL =
  /^\s*- '?((?:button|link|textbox|checkbox|combobox|list|log|status|navigation|dialog)\b(?: "(?:[^"\\]|\\.)*")?)/;

/** Each control by role and accessible name, as a screen reader has them. `inside` an article there is one of each a message. */
async function controls(
  part: Locator,
  { inside }: { readonly inside: 'articles' | 'page' },
): Promise<readonly string[]> {
  const found: string[] = [];
  let articleIndent: number | null = null;
  for (const line of (await part.ariaSnapshot()).split('\n')) {
    const indent = line.search(/\S/);
    if (articleIndent !== null && indent <= articleIndent) articleIndent = null;
    if (/^\s*- '?article/.test(line)) articleIndent ??= indent;
    const control = CONTROL.exec(line)?.[1];
    if (control !== undefined && (articleIndent === null) === (inside === 'page')) found.push(control);
  }
  return found;
}

const repeated = (names: readonly string[]): readonly string[] =>
  names.filter((name, index) => names.indexOf(name) !== index);

describe('names on the page of the web chat', { timeout: 120_000 }, () => {
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

  /** That no two controls have one name, and none has no name; a few that are known to be there show that they were looked at. */
  async function toldApart(part: Locator, known: readonly string[]): Promise<void> {
    const names = await controls(part, { inside: 'page' });
    expect(names).toEqual(expect.arrayContaining([...known]));
    expect(repeated(names)).toEqual([]);
    expect(names.filter((name) => /^(?:button|link|textbox)$/.test(name))).toEqual([]);
  }

  const sam = async (): Promise<string> => {
    const handle = newHandle('sam');
    const input = { handle, name: 'Sam', password: PASSWORD };
    await run(node.url, null, 'mutation ($input: SignUpInput!) { signUp(input: $input) { accessToken } }', { input });
    return handle;
  };

  it('tell all controls apart', async () => {
    const [first, second] = await Promise.all([sam(), sam()]);
    const chat = await ChatPage.open(browser, origin);
    const body = chat.page.locator('body');
    await chat.button('Sign up').waitFor();
    await toldApart(body, ['textbox "Handle"', 'textbox "Password"', 'textbox "Name"', 'button "Log in"']);
    await chat.signUp(newHandle('lea'), 'Lea');
    await toldApart(body, ['list "Channels"', 'button "New chat"', 'button "New group"', 'status "Connection"']);

    await chat.button('New chat').click();
    await chat.box('Person').waitFor();
    await toldApart(chat.page.getByRole('dialog'), ['textbox "Person"', 'button "Start"']);
    await chat.page.keyboard.press('Escape');
    await chat.button('New group').click();
    await chat.box('Group name').fill('Sams');
    await chat.box('People').fill(`${first}, ${second}`);
    await toldApart(chat.page.getByRole('dialog'), ['textbox "Group name"', 'textbox "People"', 'button "Create"']);
    await chat.button('Create').click();

    await chat.box('Message').waitFor();
    for (const text of ['one', 'two']) await chat.send(text);
    await chat.shows(['one', 'two']);
    await toldApart(body, ['textbox "Message"', 'button "Send"', 'log "Messages"', 'link "Sams"']);
    for (const article of await chat.articles.all()) {
      const names = await controls(article, { inside: 'articles' });
      expect(names).toEqual(expect.arrayContaining(['button "Reply"', 'button "Edit"', 'button "Delete"']));
      expect(repeated(names)).toEqual([]);
    }

    // Names of people need not be unique.
    await chat.button('3 members').click();
    await chat.button(`Remove Sam (@${second})`).waitFor();
    await toldApart(chat.page.getByRole('dialog'), [`button "Remove Sam (@${first})"`, 'button "Leave group"']);
    await chat.button(`Remove Sam (@${second})`).click();
    await chat.button(`Remove Sam (@${second})`).waitFor({ state: 'detached' });
    await chat.button(`Remove Sam (@${first})`).waitFor();
    expect(chat.wrong).toEqual([]);
    await chat.page.context().close();
  });
});
