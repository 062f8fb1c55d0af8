import { readdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium, noChromium } from '../support/chromium.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { PASSWORD, type Person, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';

const OPERATIONS = new URL('../../schema/operations', import.meta.url);
const CREATE_GROUP = 'mutation ($input: CreateGroupInput!) { createGroup(input: $input) { channel { id } } }';
const SEND = 'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }';

describe('GraphiQL in a browser', { timeout: 60_000 }, () => {
  let node: Node;
  let browser: Browser;
  let ada: Person;
  let channelId: string;

  beforeAll(async () => {
    if (noChromium) return;
    [node, browser] = await Promise.all([startNode(), launchChromium()]);
    ada = await signUp(node.url, 'ada');
    const input = { name: 'Tea', memberIds: [] };
    const data = await run<{ createGroup: { channel: { id: string } } }>(node.url, ada.token, CREATE_GROUP, { input });
    channelId = data.createGroup.channel.id;
  });

  beforeEach((context) => context.skip(noChromium !== false, noChromium || undefined));

  afterAll(async () => {
    await browser?.close();
    await node?.[Symbol.asyncDispose]();
  });

  const send = (text: string, nonce: string) => run(node.url, ada.token, SEND, { input: { channelId, text, nonce } });

  /** A browser tab that can reach this node and nothing else, and remembers whatever went wrong in it. */
  async function openPage(): Promise<{ readonly page: Page; readonly wrong: readonly string[] }> {
    const wrong: string[] = [];
    const context = await browser.newContext();
    const page = await context.newPage();
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
    });
    await page.route('**/*', (route) => {
      const url = route.request().url();
      if (new URL(url).origin === new URL(node.url).origin) return route.continue();
      wrong.push(`asked another host: ${url}`);
      return route.abort();
    });
    await page.goto(node.url);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return { page, wrong };
  }

  async function logIn(page: Page): Promise<void> {
    await page.getByLabel('Handle').fill(ada.handle);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText(`Signed in as @${ada.handle}`).waitFor();
  }

  /** @param name of the operation: its tab has it once the page knows which operation it is to run. */
  async function execute(page: Page, name: string, operation: string): Promise<void> {
    await page.getByRole('button', { name: 'New tab' }).click();
    await page.locator('.graphiql-query-editor .view-lines').click();
    await page.keyboard.insertText(operation);
    await page.getByRole('tab', { name }).waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
  }

  const answer = (page: Page, text: string) =>
    page.locator('.result-window .view-lines').getByText(text).first().waitFor();

  it('asks no other host, and offers every operation as a tab', async () => {
    const { page, wrong } = await openPage();
    const operations = readdirSync(OPERATIONS).filter((name) => name.endsWith('.graphql'));
    // Another number means that the page is older than the operations: npm run build.
    expect(await page.getByRole('tab').count()).toBe(Math.max(1, operations.length));
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('runs every tab as it stands, in order, on an empty database', async () => {
    await using empty = await startNode();
    const page = await browser.newPage();
    await page.goto(empty.url);
    const tabs = page.locator('.graphiql-tab-button');
    await tabs.first().waitFor();
    const results: string[] = [];
    for (const tab of await tabs.all()) {
      await tab.click();
      const name = (await tab.textContent()) ?? '';
      await page.locator('.graphiql-query-editor .view-lines').getByText(name).first().waitFor();
      // Answers begin with their data, subscriptions with how many events have come, failures with errors.
      const line = page.locator('.result-window .view-line').nth(1);
      const run = page.getByRole('button', { name: /Execute query/ });
      let triedAt = Number.NEGATIVE_INFINITY;
      await until(
        `${name} to work`,
        async () => {
          const shown = (await line.count()) === 0 ? '' : await line.textContent({ timeout: 1_000 }).catch(() => '');
          if (/"(data|received)"/.test(shown ?? '')) return true;
          // Right after a change of tabs the page may still run what the one before had: whoever sees an error tries again.
          const isFirst = triedAt === Number.NEGATIVE_INFINITY;
          if (isFirst || (shown?.includes('errors') && performance.now() - triedAt > 1_000)) {
            await run.click();
            triedAt = performance.now();
          }
          return false;
        },
        30_000,
      );
      results.push(name);
    }
    expect(results).toHaveLength(readdirSync(OPERATIONS).filter((file) => file.endsWith('.graphql')).length);
    await page.close();
  }, 240_000);

  it('reads the schema without a token', async () => {
    const { page, wrong } = await openPage();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    // A limit on depth or cost that counted introspection would leave the explorer empty.
    await page.getByRole('link', { name: 'MessageConnection' }).waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('signs in and runs a query with the token', async () => {
    const { page, wrong } = await openPage();
    await logIn(page);
    await execute(page, 'Myself', 'query Myself { viewer { handle } }');
    await answer(page, '"ada"');
    expect(wrong).toEqual([]);
    expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('accessToken');
    await page.close();
  });

  it('takes a pasted token', async () => {
    const { page, wrong } = await openPage();
    await page.getByLabel('Access token').fill(`Bearer ${ada.token}`);
    await page.getByRole('button', { name: 'Use token' }).click();
    await page.getByText('Signed in as @ada').waitFor();
    expect(wrong).toEqual([]);
    await page.close();
  });

  it('shows what a subscription brings over the WebSocket, the newest first', async () => {
    const { page, wrong } = await openPage();
    const sockets: string[] = [];
    page.on('websocket', (socket) => sockets.push(socket.url()));
    await logIn(page);
    await send('before', 'nonce-1');
    await execute(
      page,
      'Watched',
      `subscription Watched { channel(id: "${channelId}", after: 0) { ... on MessageSent { message { text } } } }`,
    );
    await answer(page, '"before"');
    await send('live', 'nonce-2');
    await answer(page, '"live"');
    await answer(page, '"before"');
    expect(sockets).toEqual([node.wsUrl]);
    expect(wrong).toEqual([]);
    await page.close();
  });
});
