import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type Acknowledged, check } from '../support/checker.ts';
import { conversation, conversationMsMax } from '../support/community.ts';
import { freePort } from '../support/free-port.ts';
import { scrollBack } from '../support/history.ts';
import { startNode } from '../support/node.ts';
import { createGroup, keepLoggedIn, type Person, sendUntilAcknowledged, signUpAll } from '../support/person.ts';
import { Subscriber } from '../support/subscriber.ts';
import { until } from '../support/until.ts';

const ROUNDS = 3;
const lines = conversation();
const authors = [...new Set(lines.map(({ author }) => author))];
const withinMs = conversationMsMax(lines);

test.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)(
  'kill -9 in the middle of a conversation loses and repeats nothing that was acknowledged: %s',
  async (delivery) => {
    const port = String(await freePort());
    await using first = await startNode({ env: { PORT: port } });
    const people = await signUpAll(first.url, authors);
    await using _keeping = keepLoggedIn(first.url, people);
    const [owner, reader] = people as [Person, Person];
    const channelId = await createGroup(first.url, owner, people.slice(1), delivery);
    const request = { wsUrl: first.wsUrl, channelId };
    await using channel = new Subscriber({ ...request, token: () => owner.token, field: 'channel' });
    await using inbox = new Subscriber({ ...request, token: () => reader.token, field: 'inbox' });

    const acknowledged: Acknowledged[] = [];
    const byAuthor = Map.groupBy(lines.entries(), ([, { author }]) => author);
    const sending = people.map(async (sender) => {
      for (const [index, { text }] of byAuthor.get(sender.handle) ?? []) {
        acknowledged.push(await sendUntilAcknowledged(first.url, sender, channelId, text, `line ${index}`));
      }
    });

    let node = first;
    for (let round = 1; round <= ROUNDS; round += 1) {
      const enough = (lines.length * round) / (ROUNDS + 1) - Math.random() * 100;
      while (acknowledged.length < enough) await delay(1);
      await node.kill();
      node = await startNode({ env: { PORT: port }, directory: first.directory });
    }
    await using last = node;
    await Promise.all(sending);
    const head = acknowledged.reduce((highest, { sequence }) => Math.max(highest, sequence ?? 0), 0);
    await Promise.all([channel.reached(head, withinMs), inbox.reached(head, withinMs)]);

    // Of a PUSH_FIRST channel it may lag by a batch.
    const history = await until('history to have it all', async () => {
      const messages = await scrollBack(last.url, reader, channelId);
      return (messages.at(-1)?.sequence ?? 0) >= head && messages;
    });
    const streams = { channel: channel.seen, inbox: inbox.seen };
    const attempted = new Set(lines.map(({ text }) => text));
    expect(acknowledged).toHaveLength(lines.length);
    expect(check({ acknowledged, streams, history, attempted, after: 0 })).toEqual([]);
  },
  withinMs,
);
