import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumingSocket } from '../../examples/common/resuming-socket.ts';
import { logIn } from '../../examples/common/session.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, PASSWORD, type Person, send, signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

const INBOX = `subscription ($after: [ChannelPosition!]) {
  inbox(after: $after) { sequence channel { id } ... on MessageSent { message { text } } }
}`;

describe('the resuming socket', { timeout: 60_000 }, () => {
  let node: Node;
  let network: Network;

  beforeAll(async () => {
    node = await startNode();
    network = await Network.open(() => Number(new URL(node.url).port));
  }, 90_000);
  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  it('goes on in each channel of an inbox where it was', async () => {
    const [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
    const channels = [await createGroup(node.url, bob, [ada]), await createGroup(node.url, bob, [ada])];
    const socket = resumingSocket(await logIn(network.url, { handle: 'ada', password: PASSWORD }));
    const heard: string[] = [];
    const failed: unknown[] = [];
    const after = channels.map((channelId) => ({ channelId, sequence: 0 }));
    const stop = socket.subscribe<{ inbox: { message?: { text: string } } }>(
      { query: INBOX, variables: { after } },
      {
        next: ({ data }) => heard.push(data?.inbox.message?.text ?? ''),
        error: (error) => failed.push(error),
        complete: () => {},
      },
    );
    for (let index = 1; index <= 12; index += 1) {
      if (index % 4 === 0) network.breakConnections();
      for (const [place, channelId] of channels.entries()) await send(node.url, bob, channelId, `${place} ${index}`);
    }
    await until('all', () => heard.includes('0 12') && heard.includes('1 12'), 20_000);
    stop();
    for (const place of [0, 1]) {
      const expected = Array.from({ length: 12 }, (_, index) => `${place} ${index + 1}`);
      expect(heard.filter((text) => text.startsWith(`${place} `))).toEqual(expected);
    }
    expect(failed).toEqual([]);
    await until('the socket to be let go', () => network.sockets === 0);
  });
});
