import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Services } from '../../scripts/services/services.ts';
import { newUserId } from '../../src/domain/identifier.ts';
import { createCassandraStorage } from '../../src/storage/cassandra/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { until } from '../support/until.ts';

const CHANNELS = 8;
/** Between two messages of a channel: a node has to come up beside this. */
const PAUSE_MS = 60;

/** Sends to one channel until told to stop. */
async function send(author: ChannelAuthor, signal: AbortSignal): Promise<void> {
  const [owner] = author.view.members.keys();
  while (!signal.aborted && owner !== undefined) {
    const effects = author.sent(owner, `message ${author.view.head.sequence}`);
    await insist(() => author.store(effects));
    await delay(PAUSE_MS);
  }
}

/** Again until it succeeds, as the sequencer does: a busy machine makes the store late. */
async function insist<Result>(act: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      expect(error).toMatchObject({ code: 'UNAVAILABLE' });
      await delay(PAUSE_MS);
    }
  }
}

/** Three Cassandra nodes are killed, started and paused while messages are stored; the third stays killed. */
export async function cassandraNodesTrial(services: Services): Promise<void> {
  const contactPoints = services.variables['CASSANDRA_CONTACT_POINTS']?.split(',') ?? [];
  const failures: string[] = [];
  const storage = await createCassandraStorage({
    contactPoints,
    localDataCenter: 'dc1',
    keyspace: 'fault',
    replication: 3,
    failed: (error) => failures.push(String(error)),
  });
  const authors = Array.from({ length: CHANNELS }, () => new ChannelAuthor(storage));
  await Promise.all(authors.map((author) => author.create([newUserId()])));

  const stop = new AbortController();
  const sending = Promise.all(authors.map((author) => send(author, stop.signal)));
  const stored = () => authors.reduce((sum, { written }) => sum + written.length, 0);
  const more = (count: number) => {
    const enough = stored() + count;
    return until(`${count} more messages`, () => stored() >= enough, 60_000);
  };
  await more(50);
  await services.server('cassandra').kill();
  await more(100);
  await services.server('cassandra').start();
  await more(50);
  await services.server('cassandra-2').pause();
  await more(50);
  await services.server('cassandra-2').resume();
  await more(50);
  await services.server('cassandra-3').kill();
  await more(100);
  stop.abort();
  await sending;

  expect(failures).toContainEqual(expect.stringMatching(/node 127\.0\.0\.1:\d+ is down/));
  for (const author of authors) {
    expect(await insist(() => storage.events.after(author.channelId, 0, 10_000))).toEqual(author.events());
    const heads = await insist(() => storage.channels.heads([author.channelId]));
    expect(heads.get(author.channelId)).toEqual(author.view.head);
  }
  await storage.close();
}
