import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
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

/** Submissions whose answers never come, on a log that says how often it was asked. */
async function openUnanswered(limits: Parameters<Awaited<ReturnType<typeof openGround>>['rig']>[0]) {
  const ground = await openGround();
  const rig = await ground.rig(limits);
  const append = rig.log.append.bind(rig.log);
  const appended: string[] = [];
  rig.log.append = async (command) => {
    appended.push(command.id);
    await append(command);
  };
  return {
    ...{ ground, rig, appended },
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      await ground[Symbol.asyncDispose]();
    },
  };
}

test('finds an answer that did not come in the store', async () => {
  await using unanswered = await openUnanswered({ answerLookMs: 20 });
  const { rig, ground, appended } = unanswered;
  const command = create(newGroupId(), [newUserId()], 'PERSIST_FIRST');
  const outcome = rig.submit(command);
  await ground.storage.outcomes.put(command.id, { accepted: true, message: null });
  expect(await outcome).toEqual({ accepted: true, message: null });
  expect(appended).toEqual([command.id]);
});

test('appends again what has no answer anywhere: as long as it waits, one append at a time', async () => {
  await using unanswered = await openUnanswered({ answerLookMs: 20, answerRepeatMs: 40, commandWaitMs: 60_000 });
  const { rig, appended } = unanswered;
  const [channelId, owner] = [newGroupId(), newUserId()];
  const outcome = rig.submit(create(channelId, [owner], 'PERSIST_FIRST'));
  await until('it to be appended again', () => appended.length >= 3);
  // From now on there are answers: to the first of them, and late ones to nobody.
  await rig.submissions.start();
  await rig.sequencer.start();
  expect(await outcome).toMatchObject({ accepted: true });
  await rig.sequencer.replayed();
  expect((await unanswered.ground.storage.channels.byIds([channelId])).size).toBe(1);
  expect(await rig.submit(send(channelId, owner, 'hello'))).toMatchObject({ message: { sequence: 1 } });
});

test('does not append again what the log has not taken yet', async () => {
  await using unanswered = await openUnanswered({ answerLookMs: 20, answerRepeatMs: 20, commandWaitMs: 400 });
  const { rig } = unanswered;
  let asked = 0;
  rig.log.append = () => {
    asked += 1;
    return new Promise(() => {});
  };
  await expect(rig.submit(create(newGroupId(), [newUserId()], 'PERSIST_FIRST'))).rejects.toMatchObject(UNAVAILABLE);
  expect(asked).toBe(1);
});

test('a store that can not be asked stops no repeat', async () => {
  await using unanswered = await openUnanswered({ answerLookMs: 20, answerRepeatMs: 40 });
  const { rig, appended } = unanswered;
  rig.faults.beforeFind = () => {
    throw unavailable('a fault');
  };
  const outcome = rig.submit(create(newGroupId(), [newUserId()], 'PERSIST_FIRST'));
  await until('it to be appended again', () => appended.length >= 2);
  expect(rig.failures.length).toBeGreaterThan(0);
  await rig.submissions.start();
  await rig.sequencer.start();
  expect(await outcome).toMatchObject({ accepted: true });
});
