import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ChatPage } from '../test/support/chat-page.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { run } from '../test/support/graphql.ts';
import { ImportRun } from '../test/support/import.ts';
import { type Node, startNode } from '../test/support/node.ts';
import { PASSWORD } from '../test/support/person.ts';
import { until } from '../test/support/until.ts';
import { webpOf } from './screenshots/webp.ts';

/**
 * `npm run screenshots`: takes the pictures of docs/images in Chromium (apt-get install chromium), of a node that is started for it and holds what
 * stands in examples/talk.jsonl.
 */
const ROOT = join(import.meta.dirname, '..');
const TALK = join(ROOT, 'examples/talk.jsonl');
const IMAGES = join(ROOT, 'docs/images');
const TOKEN = 'the token of the screenshots';

const DESKTOP: BrowserContextOptions = { viewport: { width: 1_180, height: 740 }, locale: 'en-GB' };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 780 },
  locale: 'en-GB',
  isMobile: true,
  hasTouch: true,
};

const PEOPLE: Readonly<Record<string, string>> = {
  ada: 'Ada Keller',
  mira: 'Mira Solberg',
  jonas: 'Jonas Weber',
  amara: 'Amara Okafor',
  tomasz: 'Tomasz Nowak',
  leila: 'Leila Haddad',
};
const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { viewer { id } } }`;

const directory = await mkdtemp(join(tmpdir(), 'parley-screenshots-'));
const browser = await launchChromium();
try {
  await mkdir(IMAGES, { recursive: true });
  await using node = await startNode({ env: { IMPORT_TOKEN: TOKEN } });
  await takeChat(new URL(node.url).origin, node);
  await takeGraphiql();
} finally {
  await browser.close();
  await rm(directory, { recursive: true, force: true });
}

async function takeChat(origin: string, node: Node): Promise<void> {
  const ada = await ChatPage.open(browser, origin, { ...DESKTOP, colorScheme: 'light' });
  await ada.box('Handle').waitFor();
  await save(ada.page, 'entrance');
  for (const [handle, name] of Object.entries(PEOPLE)) {
    await run(node.url, null, SIGN_UP, { input: { handle, name, password: PASSWORD } });
  }
  await importTalk(node);

  const mira = await enter(origin, 'mira');
  const jonas = await enter(origin, 'jonas');
  const leila = await enter(origin, 'leila');
  await mira.startChat('ada');
  await mira.send('Are you coming along to the dumplings?');
  await mira.send('Tomasz pays!');
  await leila.startChat('ada');
  await leila.send('Could you look at the onboarding screens before three?');

  await ada.logIn('ada');
  for (const name of [/^Mira/, /^Design/, /^Release/]) {
    await ada.openChannel(name);
    await ada.page.getByText('New messages').waitFor();
  }
  await ada.page.getByRole('button', { name: / new ↓$/ }).click();
  await ada.articles.last().getByText('suspiciously').waitFor();
  await jonas.openChannel(/^Release/);
  await until('the talk', async () => (await jonas.articles.count()) > 5);
  await jonas.send('It is. They had 40 seconds before, it is 2 now. I told them to enjoy it.');
  await until('it to be sent', async () => (await jonas.page.getByText('Sending…').count()) === 0);
  await ada.articles.last().getByText('enjoy it').waitFor();
  await ada.articles.last().hover();
  await ada.articles.last().getByRole('button', { name: 'Reply' }).click();
  await ada.send('Best complaint we ever had. I’ll frame it.');
  await jonas.box('Message').pressSequentially('Please do, I will');
  await ada.page.getByText('Jonas Weber is typing…').waitFor();
  await ada.page.mouse.move(0, 0);
  await save(ada.page, 'chat-light');
  await ada.page.emulateMedia({ colorScheme: 'dark' });
  await save(ada.page, 'chat-dark');

  const phone = await ChatPage.open(browser, origin, { ...PHONE, colorScheme: 'light' });
  await phone.logIn('ada');
  await phone.channels.getByRole('link').first().waitFor();
  await save(phone.page, 'phone-chats');
  await phone.openChannel(/^Release/);
  await phone.articles.last().waitFor();
  await save(phone.page, 'phone-chat');
}

async function takeGraphiql(): Promise<void> {
  await using empty = await startNode();
  const page = await browser.newPage({ ...DESKTOP, colorScheme: 'light' });
  await page.goto(empty.url);
  for (const name of ['SignUp', 'CreateGroup', 'SendMessage']) {
    await page.locator('.graphiql-tab-button').getByText(name).click();
    await page.locator('.graphiql-query-editor .view-lines').getByText(name).first().waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await page.locator('.result-window .view-lines').getByText('"data"').waitFor();
  }
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.getByRole('link', { name: 'MessageConnection' }).waitFor();
  await page.mouse.move(0, 0);
  await save(page, 'graphiql');
}

async function enter(origin: string, handle: string): Promise<ChatPage> {
  const chat = await ChatPage.open(browser, origin, DESKTOP);
  await chat.logIn(handle);
  return chat;
}

/** As if the last of it had been said a moment ago. */
async function importTalk(node: Node): Promise<void> {
  const lines = (await readFile(TALK, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { at: string });
  const shiftMs = Date.now() - 60_000 - Date.parse(lines.at(-1)?.at ?? '');
  const moved = lines.map((line) => ({ ...line, at: new Date(Date.parse(line.at) + shiftMs).toISOString() }));
  const file = join(directory, 'talk.jsonl');
  await writeFile(file, moved.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const imported = new ImportRun(node.url, file, TOKEN, '--handle', 'ada', '--password', PASSWORD);
  if ((await imported.end()) !== 0) throw new Error(imported.output);
}

async function save(page: Page, name: string): Promise<void> {
  const picture = await webpOf(browser, await page.screenshot({ animations: 'disabled', caret: 'hide' }));
  await writeFile(join(IMAGES, `${name}.webp`), picture);
  process.stdout.write(`docs/images/${name}.webp  ${Math.round(picture.length / 1_000)} KB\n`);
}
