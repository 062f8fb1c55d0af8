import { expect, test } from 'vitest';
import type { Command } from '../../src/domain/command.ts';
import { unavailable } from '../../src/domain/error.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { create, send } from './commands.ts';
import { openGround } from './rig.ts';

// What a log of several partitions does to its consumer, one call after the other.
const partition = { epoch: 'e', partition: 0 };
const record = (offset: number, command: Command, of = partition) => ({ position: { ...of, offset }, command });

// The lanes once stayed: what another owner had decided meanwhile was decided again, under the same sequences.
test('a partition that went and came back is decided from what its other owner has stored', async () => {
  await using ground = await openGround();
  await using one = await ground.rig({ pushFirstBatchMs: 1 });
  await using other = await ground.rig({ pushFirstBatchMs: 1 });
  const [channelId, owner] = [newGroupId(), newUserId()];
  const [first, second, third] = ['first', 'second', 'third'].map((text) => send(channelId, owner, text));
  if (first === undefined || second === undefined || third === undefined) throw new Error('no commands');
  let asked = 0;
  await one.sequencer.consumedUpTo(partition);
  await one.sequencer.take([record(1, create(channelId, [owner], 'PUSH_FIRST'))]);
  await until('the channel to be stored', () => one.sequencer.unfinished === 0);
  one.faults.beforeStore = () => {
    asked += 1;
    throw unavailable('a fault');
  };
  await one.sequencer.take([record(2, first)]);
  await until('the store to fail', () => asked > 0);
  one.sequencer.revoked(partition);
  expect(one.sequencer.unfinished).toBe(0);

  await other.sequencer.consumedUpTo(partition);
  await other.sequencer.take([record(2, first), record(3, second)]);
  await until('the other to have stored both', () => other.sequencer.unfinished === 0);
  other.sequencer.revoked(partition);

  one.faults.beforeStore = () => {};
  await one.sequencer.consumedUpTo(partition);
  await one.sequencer.take([record(4, third)]);
  await until('the third to be stored', () => one.sequencer.unfinished === 0);
  const events = await ground.storage.events.after(channelId, 0, 10);
  expect(events.map((event) => 'message' in event && [event.sequence, event.message.text])).toEqual([
    [1, 'first'],
    [2, 'second'],
    [3, 'third'],
  ]);
  expect(one.storesOf(channelId).flatMap(({ events: stored }) => stored.map(({ sequence }) => sequence))).toEqual([3]);
});

test('takes nothing of a partition that it does not have', async () => {
  await using ground = await openGround();
  await using rig = await ground.rig();
  const [channelId, owner] = [newGroupId(), newUserId()];
  await rig.sequencer.take([record(1, create(channelId, [owner], 'PERSIST_FIRST'))]);
  expect(rig.sequencer.unfinished).toBe(0);
});

// The second to wait once took the place of the first, which was never woken.
test('wakes every partition that waits for room, and one that loses its own', async () => {
  await using ground = await openGround();
  await using rig = await ground.rig({ commandsUnstoredMax: 1 });
  const gate = Promise.withResolvers<void>();
  rig.faults.beforeStore = () => gate.promise;
  const partitions = [0, 1, 2].map((number) => ({ epoch: 'e', partition: number }));
  const taken: number[] = [];
  const taking = partitions.map(async (of) => {
    await rig.sequencer.consumedUpTo(of);
    await rig.sequencer.take([record(1, create(newGroupId(), [newUserId()], 'PERSIST_FIRST'), of)]);
    taken.push(of.partition);
  });
  await until('all to be at work', () => rig.sequencer.unfinished === 3);
  expect(taken).toEqual([]);
  rig.sequencer.revoked({ epoch: 'e', partition: 2 });
  expect(rig.sequencer.unfinished).toBe(2);
  gate.resolve();
  await Promise.all(taking);
  expect(taken.toSorted()).toEqual([0, 1, 2]);
});

test('reads again what was delivered twice without an effect', async () => {
  await using ground = await openGround();
  await using rig = await ground.rig();
  const [channelId, owner] = [newGroupId(), newUserId()];
  await rig.sequencer.consumedUpTo(partition);
  const records = [record(1, create(channelId, [owner], 'PERSIST_FIRST')), record(2, send(channelId, owner, 'once'))];
  await rig.sequencer.take(records);
  await rig.sequencer.take(records);
  await until('both to be stored', () => rig.sequencer.unfinished === 0);
  expect(rig.pushed(channelId)).toHaveLength(1);
  await until('the position to be written', async () => (await ground.storage.positions.consumed('e', 0)) === 2);
});
