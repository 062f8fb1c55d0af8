import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { PASSWORD } from './person.ts';
import { until } from './until.ts';

/** A browser tab with the web chat. What goes wrong in it is remembered. */
export class ChatPage {
  readonly page: Page;
  readonly wrong: string[] = [];

  private constructor(page: Page) {
    this.page = page;
    page.on('pageerror', (error) => this.wrong.push(error.message));
    page.on('console', (message) => {
      // A network that is gone shows in the console, whatever a page does.
      const isNetwork = /net::ERR|WebSocket connection|Failed to load resource/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !isNetwork) this.wrong.push(message.text());
    });
  }

  /** In a browser context of its own: another person's browser. */
  static async open(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<ChatPage> {
    return ChatPage.openIn(await browser.newContext(options), origin);
  }

  /** One more tab of the same browser. */
  static async openIn(context: BrowserContext, origin: string): Promise<ChatPage> {
    const page = await context.newPage();
    const chat = new ChatPage(page);
    await page.goto(origin);
    return chat;
  }

  box(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  get channels(): Locator {
    return this.page.getByRole('list', { name: 'Channels', exact: true });
  }

  get log(): Locator {
    return this.page.getByRole('log', { name: 'Messages', exact: true });
  }

  get articles(): Locator {
    return this.log.getByRole('article');
  }

  get connection(): Locator {
    return this.page.getByRole('status', { name: 'Connection', exact: true });
  }

  async signUp(handle: string, name = handle): Promise<void> {
    await this.box('Handle').fill(handle);
    await this.box('Name').fill(name);
    await this.box('Password').fill(PASSWORD);
    await this.button('Sign up').click();
    await this.isLive();
  }

  async logIn(handle: string, password = PASSWORD): Promise<void> {
    await this.box('Handle').fill(handle);
    await this.box('Password').fill(password);
    await this.button('Log in').click();
    await this.isLive();
  }

  async isLive(): Promise<void> {
    await this.connection.getByText('Live').waitFor();
  }

  async startChat(handle: string): Promise<void> {
    await this.button('New chat').click();
    await this.box('Person').fill(handle);
    await this.button('Start').click();
    await this.box('Message').waitFor();
  }

  async openChannel(name: string | RegExp): Promise<void> {
    await this.channels.getByRole('link', { name }).click();
    await this.log.waitFor();
  }

  async send(text: string): Promise<void> {
    await this.box('Message').fill(text);
    await this.button('Send').click();
  }

  /** The texts of the messages on the page, from top to bottom. */
  texts(): Promise<readonly string[]> {
    return this.articles.locator('.text').allInnerTexts();
  }

  async shows(texts: readonly string[], withinMs = 30_000): Promise<void> {
    let last: readonly string[] = [];
    await until(
      `the page to show ${texts.join(', ')}`,
      async () => {
        last = await this.texts();
        return JSON.stringify(last) === JSON.stringify(texts);
      },
      withinMs,
    ).catch((error: Error) => {
      throw new Error(`${error.message}\nbut it shows ${last.join(', ')}`);
    });
  }
}
