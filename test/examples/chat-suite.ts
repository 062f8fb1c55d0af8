import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Chat, ChatOptions } from '../../examples/common/chat.ts';
import { logIn } from '../../examples/common/session.ts';
import { change } from '../support/change.ts';
import { freePort } from '../support/free-port.ts';
import { scrollForward } from '../support/history.ts';
import { Network } from '../support/network.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, PASSWORD, type Person, send, sendUntilAcknowledged, signUpAll } from '../support/person.ts';
import { until } from '../support/until.ts';

const BEFORE = 45;
const CUTS = 3;
const BETWEEN_CUTS = 15;

/** What an example of a chat promises, whichever GraphQL client it is made with, on a network that is cut and a node that is killed. */
export function describeChat(name: string, openChat: (options: ChatOptions) => Promise<Chat>): void {
  describe(`the chat with ${name}`, { timeout: 120_000 }, () => {
    let port: number;
    let node: Node;
    let network: Network;
    let ada: Person;
    let bob: Person;
    let channelId: string;
    let chat: Chat;
    /** Every state of the list that was shown. */
    let shown: (readonly string[])[];
    let nodes: Node[];

    beforeAll(async () => {
      port = await freePort();
      node = await startNode({ env: { PORT: String(port) } });
      nodes = [node];
      network = await Network.open(() => port);
      [ada, bob] = (await signUpAll(node.url, ['ada', 'bob'])) as [Person, Person];
    }, 90_000);

    beforeEach(async () => {
      channelId = await createGroup(node.url, ada, [bob]);
      const session = await logIn(network.url, { handle: 'ada', password: PASSWORD });
      for (let index = 1; index <= BEFORE; index += 1) await send(node.url, bob, channelId, `${index}`);
      chat = await openChat({ session, channelId });
      shown = [];
      chat.watch(() => shown.push(texts()));
    });

    afterEach(() => chat.close());

    afterAll(async () => {
      await network?.[Symbol.asyncDispose]();
      for (const each of nodes.toReversed()) await each[Symbol.asyncDispose]();
    });

    const texts = (): readonly string[] => chat.messages.map(({ text }) => text);
    const stored = async (): Promise<readonly string[]> =>
      (await scrollForward(node.url, ada, channelId)).map(({ text }) => text ?? '');
    const numbers = (from: number, to: number): readonly string[] =>
      Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

    it('scrolls back to the first message, page by page', async () => {
      expect(texts()).toEqual(numbers(BEFORE - 19, BEFORE));
      expect(chat.hasOlder).toBe(true);
      await chat.loadOlder();
      expect(texts()).toEqual(numbers(BEFORE - 39, BEFORE));
      await chat.loadOlder();
      expect(texts()).toEqual(numbers(1, BEFORE));
      expect(chat.hasOlder).toBe(false);
    });

    it('shows what is sent, edited and deleted, also of pages that were read before', async () => {
      await chat.loadOlder();
      const { id } = await send(node.url, bob, channelId, 'Helo');
      await until('the message', () => texts().at(-1) === 'Helo');
      await change('editMessage', { url: node.url, by: bob, input: { messageId: id, text: 'Hello' } });
      await until('the edit', () => texts().at(-1) === 'Hello');
      expect(chat.messages.at(-1)?.editedAt).toEqual(expect.any(String));
      const first = chat.messages[0]?.id ?? '';
      await change('deleteMessage', { url: node.url, by: bob, input: { messageId: first } });
      await until('the deletion', () => chat.messages[0]?.deletedAt);
      expect(texts()).toEqual(['', ...numbers(BEFORE - 38, BEFORE), 'Hello']);
    });

    it('misses nothing and shows nothing twice over cuts and a kill of the node', async () => {
      let last = BEFORE;
      for (let cut = 0; cut < CUTS; cut += 1) {
        for (let index = 0; index < BETWEEN_CUTS; index += 1) {
          if (index === 5) network.cut();
          if (index === 10) network.restore();
          last += 1;
          await sendUntilAcknowledged(node.url, bob, channelId, `${last}`, `bob-${last}`);
        }
        await until('what was sent meanwhile', () => texts().at(-1) === `${last}`, 30_000);
      }
      await node.kill();
      node = await startNode({ env: { PORT: String(port) }, directory: nodes[0]?.directory ?? '' });
      nodes.push(node);
      last += 1;
      await sendUntilAcknowledged(node.url, bob, channelId, `${last}`, `bob-${last}`);
      await until('what was sent after the kill', () => texts().at(-1) === `${last}`, 30_000);
      expect(texts()).toEqual(numbers(BEFORE - 19, last));
      // Nor was there a moment at which it did.
      for (const state of shown) expect(state).toEqual(numbers(BEFORE - 19, Number(state.at(-1))));
    });

    it('shows a message at once, and sends it once though the first answer is lost and the network is away', async () => {
      network.loses = /sendMessage/;
      await chat.send('first');
      expect(network.loses).toBeNull();
      network.cut();
      const others = [chat.send('second'), chat.send('third')];
      await until('both', () => texts().at(-1) === 'third');
      expect(chat.messages.slice(-2).map(({ sequence }) => sequence)).toEqual([null, null]);
      network.restore();
      await Promise.all(others);
      await until('all to be sent', () => chat.messages.every(({ sequence }) => sequence !== null));
      expect(texts().slice(-3)).toEqual(['first', 'second', 'third']);
      expect((await stored()).slice(BEFORE)).toEqual(['first', 'second', 'third']);
      for (const state of shown) expect(new Set(state).size).toBe(state.length);
    });

    it('says what the server will not have', async () => {
      await expect(chat.send(' ')).rejects.toThrow();
      await until('it to be gone', () => !texts().includes(' '));
    });
  });
}
