import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import { newGroupId, newUserId } from '../../src/domain/identifier.ts';
import { channelTopic, nodeTopic, userTopic } from '../../src/pubsub/topics.ts';
import { until } from '../support/until.ts';
import { add, create, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

const ACCEPTED = { accepted: true };
/** As fast as it can be tried; what is waited for is the outcome, not the time. */
const SOON = { answerLookMs: 20 };

async function group(rig: Rig, delivery: 'PERSIST_FIRST' | 'PUSH_FIRST') {
  const [channelId, owner] = [newGroupId(), newUserId()];
  await rig.submit(create(channelId, [owner], delivery));
  return { channelId, owner };
}

// Every send of a channel once waited until the bus took the push of the one before.
test.each(['PERSIST_FIRST', 'PUSH_FIRST'] as const)(
  '%s: sends go on while the bus is away; feeds are told of the head when it is back',
  async (delivery) => {
    await using ground = await openGround();
    await using rig = await ground.start(SOON);
    const { channelId, owner } = await group(rig, delivery);
    let isAway = true;
    rig.faults.beforePublish = () => {
      if (isAway) throw unavailable('a fault');
    };
    for (let index = 1; index <= 5; index += 1) {
      const outcome = await rig.submit(send(channelId, owner, `${index}`));
      expect(outcome).toMatchObject({ accepted: true, message: { sequence: index } });
    }
    expect(rig.pushed(channelId)).toEqual([]);
    isAway = false;
    await until('the head to be told', () =>
      rig.published.some(
        ({ topic, payload }) => topic === channelTopic(channelId) && isStored(payload) && payload.head === 5,
      ),
    );
    await rig.submit(send(channelId, owner, '6'));
    await until('pushes again', () => rig.pushed(channelId).at(-1)?.sequence === 6);
  },
);

test('a bus that says nothing holds up nobody', async () => {
  await using ground = await openGround();
  await using rig = await ground.start(SOON);
  const { channelId, owner } = await group(rig, 'PERSIST_FIRST');
  rig.faults.beforePublish = () => new Promise(() => {});
  const outcomes = await Promise.all(['1', '2', '3'].map((text) => rig.submit(send(channelId, owner, text))));
  expect(outcomes.map((outcome) => outcome.accepted)).toEqual([true, true, true]);
});

test('who was added meanwhile is told when the bus is back', async () => {
  await using ground = await openGround();
  await using rig = await ground.start(SOON);
  const { channelId, owner } = await group(rig, 'PERSIST_FIRST');
  const guest = newUserId();
  let isAway = true;
  rig.faults.beforePublish = () => {
    if (isAway) throw unavailable('a fault');
  };
  expect(await rig.submit(add(channelId, owner, [guest]))).toMatchObject(ACCEPTED);
  isAway = false;
  const told = await until('the join to be told', () => rig.published.find(({ topic }) => topic === userTopic(guest)));
  expect(told.payload).toEqual({ kind: 'joined', channelId, sequence: 1 });
});

test('an answer that reaches nobody is kept, and is there before the command counts as done', async () => {
  await using ground = await openGround();
  await using rig = await ground.rig();
  // Nobody listens for answers.
  await rig.sequencer.start();
  const command = create(newGroupId(), [newUserId()], 'PERSIST_FIRST');
  await rig.log.append(command);
  await until(
    'the command to be done',
    async () => (await ground.storage.positions.consumed(...(await at(rig)))) !== null,
  );
  expect(await ground.storage.outcomes.find([command.id])).toEqual(
    new Map([[command.id, { accepted: true, message: null }]]),
  );
});

test('many answers to a node go in few publications', async () => {
  await using ground = await openGround();
  await using rig = await ground.start();
  const { channelId, owner } = await group(rig, 'PERSIST_FIRST');
  const before = answersTo(rig);
  const texts = Array.from({ length: 200 }, (_, index) => `${index}`);
  await Promise.all(texts.map((text) => rig.submit(send(channelId, owner, text))));
  expect(answersTo(rig) - before).toBeLessThan(40);
});

const answersTo = (rig: Rig) => rig.published.filter(({ topic }) => topic === nodeTopic('node-1')).length;

async function at(rig: Rig): Promise<[string, number]> {
  const [end] = await rig.log.ends();
  return [end?.partition.epoch ?? '', end?.partition.partition ?? 0];
}

const isStored = (payload: unknown): payload is { head: number } =>
  typeof payload === 'object' && payload !== null && 'kind' in payload && payload.kind === 'stored';
