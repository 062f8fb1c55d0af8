import { expect, test } from 'vitest';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { until } from '../support/until.ts';
import { create, send } from './commands.ts';
import { openGround } from './rig.ts';

const UNAVAILABLE = { code: 'UNAVAILABLE' };

test('a command that nobody answers in time is UNAVAILABLE, and its later answer harms nobody', async () => {
  await using ground = await openGround();
  await using rig = await ground.rig({ commandWaitMs: 50 });
  await rig.submissions.start();
  const [channelId, owner] = [newGroupId(), newUserId()];
  await expect(rig.submit(create(channelId, [owner], 'PERSIST_FIRST'))).rejects.toMatchObject(UNAVAILABLE);
  expect(rig.submissions.pending).toBe(0);
  // It was in the log all the same.
  await rig.sequencer.start();
  await rig.sequencer.replayed();
  expect((await ground.storage.channels.byIds([channelId])).size).toBe(1);
});

test('takes as many commands as may wait, and refuses one more until there is room', async () => {
  await using ground = await openGround();
  await using rig = await ground.start({ commandsPendingMax: 3 });
  const [channelId, owner] = [newGroupId(), newUserId()];
  await rig.submit(create(channelId, [owner], 'PERSIST_FIRST'));
  const gate = Promise.withResolvers<void>();
  rig.faults.beforeStore = () => gate.promise;
  const waiting = ['a', 'b', 'c'].map((text) => rig.submit(send(channelId, owner, text)));
  expect(rig.submissions.pending).toBe(3);
  await expect(rig.submit(send(channelId, owner, 'd'))).rejects.toMatchObject(UNAVAILABLE);
  gate.resolve();
  expect((await Promise.all(waiting)).map(({ accepted }) => accepted)).toEqual([true, true, true]);
  await until('room', () => rig.submissions.pending === 0);
  expect(await rig.submit(send(channelId, owner, 'd'))).toMatchObject({ accepted: true });
});

test('a command that the log refuses is UNAVAILABLE at once', async () => {
  await using ground = await openGround();
  await using rig = await ground.start();
  await rig.log.close();
  const refused = rig.submit(create(newGroupId(), [newUserId()], 'PERSIST_FIRST'));
  await expect(refused).rejects.toMatchObject(UNAVAILABLE);
  expect(rig.submissions.pending).toBe(0);
});
