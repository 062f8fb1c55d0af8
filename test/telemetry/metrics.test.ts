import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';

let node: Node;
let ada: Person;

beforeAll(async () => {
  node = await startNode();
  ada = await signUp(node.url, 'ada');
});
afterAll(() => node[Symbol.asyncDispose]());

const scrape = async (): Promise<string> => (await fetch(node.url.replace('/graphql', '/metrics'))).text();

/** The sum over all labels that start so. */
async function figure(name: string): Promise<number> {
  const lines = (await scrape()).split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

describe('the figures of a node', () => {
  it('count what was sent, by what came of it', async () => {
    const group = await createGroup(node.url, ada, []);
    const accepted = 'parley_command_seconds_count{kind="SendMessage",outcome="accepted"}';
    const refused = 'parley_command_seconds_count{kind="SendMessage",outcome="CONFLICT"}';
    expect(await figure(accepted)).toBe(0);
    await send(node.url, ada, group, 'one', 'nonce');
    await ask(
      node.url,
      ada.token,
      'mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } } }',
      {
        input: { channelId: group, text: 'another', nonce: 'nonce' },
      },
    );
    expect(await figure(accepted)).toBe(1);
    expect(await figure(refused)).toBe(1);
    expect(await figure('parley_store_seconds_count{noun="effects",verb="store",outcome="done"}')).toBeGreaterThan(0);
    expect(await figure('parley_store_seconds_count{noun="effects",verb="storeNew",outcome="done"}')).toBe(1);
    await expect.poll(() => figure('parley_log_lag')).toBe(0);
  });

  it('count sockets, topics and deliveries', async () => {
    const group = await createGroup(node.url, ada, []);
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.subscribe('1', `subscription { channel(id: "${group}") { __typename } }`);
    await expect.poll(() => figure('parley_hub_topics')).toBeGreaterThan(0);
    expect(await figure('parley_sockets')).toBe(1);
    expect(await figure('parley_connections')).toBeGreaterThanOrEqual(2);
    const before = await figure('parley_deliveries_total');
    await send(node.url, ada, group, 'hello');
    await socket.frame('next', '1');
    expect(await figure('parley_deliveries_total')).toBe(before + 1);
    expect(await figure('parley_presence_users')).toBe(1);
  });

  it('name no user and no channel', async () => {
    expect(await scrape()).not.toMatch(/(usr|chn|msg)_/);
  });
});
