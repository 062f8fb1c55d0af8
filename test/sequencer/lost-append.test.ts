import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Delivery } from '../../src/domain/channel.ts';
import type { SequencedEvent } from '../../src/domain/event.ts';
import { type ChannelId, newGroupId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { watchWorkers } from '../support/workers.ts';
import { create, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

const DEATHS = 4;
const WRITERS = 6;

/** Sends one message after the other, each again until it is acknowledged, as a client does. */
async function talk(rig: Rig, channelId: ChannelId, owner: UserId, name: string, isOver: () => boolean) {
  const acknowledged: string[] = [];
  for (let index = 0; !isOver(); index += 1) {
    const text = `${name}/${index}`;
    const isThere = async () => (await rig.submit(send(channelId, owner, text))).accepted;
    while (!(await isThere().catch(() => false))) await delay(5);
    acknowledged.push(text);
  }
  return acknowledged;
}

const historyOf = (rig: Rig, channelId: ChannelId) => rig.storage.events.after(channelId, 0, 100_000);
const textOf = (event: SequencedEvent) => ('message' in event ? event.message.text : '');

// What was stored of a command that never reached the log took a later one's place after the next start, without a word.
test('where the writer dies again and again, nothing that was acknowledged is lost and nothing that was pushed is taken back', {
  timeout: 60_000,
}, async () => {
  const workers = watchWorkers();
  await using ground = await openGround();
  const channels = new Map<ChannelId, UserId>();
  const acknowledged = new Map<ChannelId, string[]>();
  const pushed = new Map<ChannelId, readonly SequencedEvent[]>();
  {
    await using rig = await ground.start({ pushFirstBatchMs: 2, positionRetryMsMax: 60_000 });
    // Whatever had its effect is decided again after the start.
    rig.faults.beforeMove = () => Promise.reject(new Error('not now'));
    for (const delivery of ['PERSIST_FIRST', 'PUSH_FIRST'] satisfies Delivery[]) {
      const [channelId, owner] = [newGroupId(), newUserId()];
      channels.set(channelId, owner);
      await rig.submit(create(channelId, [owner], delivery));
    }
    let isOver = false;
    const talking = [...channels].flatMap(([channelId, owner]) =>
      Array.from({ length: WRITERS }, async (_, index) => {
        const own = await talk(rig, channelId, owner, `${index}`, () => isOver);
        acknowledged.set(channelId, [...(acknowledged.get(channelId) ?? []), ...own]);
      }),
    );
    for (let death = 1; death <= DEATHS; death += 1) {
      const before = rig.stored.length;
      await until('some to be stored', () => rig.stored.length > before + 40);
      await workers.at(-1)?.terminate();
      await until('another writer', () => workers.length > death);
    }
    const before = rig.stored.length;
    await until('some more to be stored', () => rig.stored.length > before + 40);
    isOver = true;
    await Promise.all(talking);
    await until('all to be stored', () => rig.sequencer.unfinished === 0);
    for (const [channelId] of channels) pushed.set(channelId, rig.pushed(channelId));
  }
  await using rig = await ground.start();
  await rig.sequencer.replayed();
  for (const [channelId, owner] of channels) {
    await rig.submit(send(channelId, owner, 'the last'));
    await until(
      'it to be stored',
      async () => textOf((await historyOf(rig, channelId)).at(-1) as SequencedEvent) === 'the last',
    );
    const history = await historyOf(rig, channelId);
    expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, index) => index + 1));
    const texts = history.map(textOf);
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set(texts)).toEqual(new Set([...(acknowledged.get(channelId) ?? []), 'the last']));
    for (const event of pushed.get(channelId) ?? []) expect(texts[event.sequence - 1]).toBe(textOf(event));
  }
});
