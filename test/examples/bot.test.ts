import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scrollForward } from '../support/history.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, type Person, send, signUp } from '../support/person.ts';
import { until } from '../support/until.ts';
import { Script } from './script.ts';

describe('the bot', { timeout: 120_000 }, () => {
  let node: Node;
  let network: Network;
  let directory: string;
  let ada: Person;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'parley-bot-'));
    node = await startNode();
    network = await Network.open(() => Number(new URL(node.url).port));
    ada = await signUp(node.url, 'ada');
  }, 90_000);

  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
    await rm(directory, { recursive: true, force: true });
  });

  const bot = (): Script =>
    new Script(process.execPath, [
      'examples/bot/bot.ts',
      '--url',
      network.origin,
      '--file',
      join(directory, 'dice.json'),
    ]);

  const texts = async (channelId: string): Promise<readonly string[]> =>
    (await scrollForward(node.url, ada, channelId)).map(({ text }) => text ?? '');

  it('answers each message once, through cuts, lost answers and its own end', async () => {
    using first = bot();
    await first.says('dice throws dice');
    const channelId = await createGroup(node.url, ada, [await logIn(node.url, 'dice')]);
    const answered = (count: number): Promise<boolean> =>
      until(`${count} answers`, async () => (await texts(channelId)).length === 2 * count, 30_000);
    await send(node.url, ada, channelId, '!roll');
    await answered(1);

    network.cut();
    await send(node.url, ada, channelId, '!roll 20');
    network.restore();
    await answered(2);

    // It ends between its message and the answer to that, and does not know whether it was sent.
    // That one's answer: the one before it may be on its way yet, though its message is in the history.
    network.loses = / of 100"/;
    await send(node.url, ada, channelId, '!roll 100');
    await until('its message', () => network.loses === null);
    network.cut();
    first.process.kill('SIGKILL');
    network.restore();
    using second = bot();
    await second.says('dice throws dice');
    await send(node.url, ada, channelId, '!roll 2');
    await answered(4);

    const said = await texts(channelId);
    for (const sides of [6, 20, 100, 2]) {
      expect(said.filter((text) => text.endsWith(` of ${sides}`))).toHaveLength(1);
    }
    second.process.kill('SIGTERM');
    expect(await second.end()).toBe(0);
  });
});
