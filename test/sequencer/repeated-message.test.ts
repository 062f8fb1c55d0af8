import { expect, test } from 'vitest';
import { type ChannelId, newGroupId, newUserId, type UserId } from '../../src/domain/identifier.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { create, send } from './commands.ts';
import { openGround, type Rig } from './rig.ts';

const textsOf = async (rig: Rig, channelId: ChannelId) =>
  (await rig.storage.events.after(channelId, 0, 10_000)).map((event) => ('message' in event ? event.message.text : ''));

const told = (outcome: Outcome) => (outcome.accepted ? (outcome.message?.sequence ?? null) : outcome.refusal.code);

/** A channel that was written in and has been forgotten since: nothing of its messages is in memory. */
async function openForgotten(texts: readonly string[]) {
  const ground = await openGround();
  const [channelId, owner] = [newGroupId(), newUserId()];
  await using rig = await ground.start();
  await rig.submit(create(channelId, [owner], 'PERSIST_FIRST'));
  for (const text of texts) await rig.submit(send(channelId, owner, text));
  return { ground, channelId, owner };
}

// Messages are taken for new, and were they not looked for when they are stored, each of these would be there twice.
test('a retry gives back the message of long ago, and takes no place from those around it', async () => {
  const { ground, channelId, owner } = await openForgotten(['one', 'two']);
  await using _ = ground;
  await using rig = await ground.start();
  const outcomes = await Promise.all(
    ['three', 'one', 'four', 'two', 'five'].map((text) => rig.submit(send(channelId, owner, text))),
  );
  expect(outcomes.map(told)).toEqual([3, 1, 4, 2, 5]);
  expect(await textsOf(rig, channelId)).toEqual(['one', 'two', 'three', 'four', 'five']);
  expect(rig.pushed(channelId).map(({ sequence }) => sequence)).toEqual([3, 4, 5]);
});

test('another text under a nonce of long ago is a conflict', async () => {
  const { ground, channelId, owner } = await openForgotten(['one']);
  await using _ = ground;
  await using rig = await ground.start();
  const outcomes = await Promise.all([
    rig.submit(send(channelId, owner, 'another', 'one')),
    rig.submit(send(channelId, owner, 'two')),
  ]);
  expect(outcomes.map(told)).toEqual(['CONFLICT', 2]);
  expect(await textsOf(rig, channelId)).toEqual(['one', 'two']);
});

test('a write that had its effect though it failed is told once', async () => {
  const { ground, channelId, owner } = await openForgotten([]);
  await using _ = ground;
  await using rig = await ground.start();
  let failures = 0;
  rig.faults.afterStore = () => {
    failures += 1;
    if (failures === 1) throw new Error('the answer is lost');
  };
  expect(told(await rig.submit(send(channelId, owner, 'one')))).toBe(1);
  expect(await textsOf(rig, channelId)).toEqual(['one']);
  expect(rig.pushed(channelId).map(({ sequence }) => sequence)).toEqual([1]);
});

// Each batch of a history that is imported again would be tried in vain before it is looked up.
test('while messages turn out to be repeats, those that follow are looked up at once', async () => {
  const texts = Array.from({ length: 40 }, (_, index) => `message ${index}`);
  const { ground, channelId, owner } = await openForgotten(texts);
  await using _ = ground;
  await using rig = await ground.start();
  let tried = 0;
  rig.faults.beforeStore = () => {
    tried += 1;
  };
  for (const text of texts) expect(told(await rig.submit(send(channelId, owner, text)))).toBe(texts.indexOf(text) + 1);
  expect(tried).toBe(1);
  expect(told(await rig.submit(send(channelId, owner, 'new')))).toBe(texts.length + 1);
  expect(tried).toBe(2);
});

const SENDERS = 4;
const NONCES = 25;
const ROUNDS = 6;

/** Each nonce in another order for each sender and round, so that retries meet first tries in the same batch. */
const shuffled = (seed: number) =>
  Array.from({ length: NONCES }, (_, index) => index).toSorted(
    (one, other) => ((one * 37 + seed * 11) % 101) - ((other * 37 + seed * 11) % 101),
  );

test('whoever sends whatever again and again, over restarts too: one message a nonce, at one place', async () => {
  await using ground = await openGround();
  const channelId = newGroupId();
  const senders = Array.from({ length: SENDERS }, newUserId);
  const places = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1) {
    await using rig = await ground.start();
    if (round === 0) await rig.submit(create(channelId, senders, 'PERSIST_FIRST'));
    const one = async (sender: UserId, nonce: number) => {
      const text = `${senders.indexOf(sender)}/${nonce}`;
      const sequence = told(await rig.submit(send(channelId, sender, text)));
      expect(sequence).toBe(places.get(text) ?? sequence);
      places.set(text, Number(sequence));
    };
    // Some nonces are new in each round.
    const nonces = shuffled(round).filter((nonce) => nonce % ROUNDS <= round);
    await Promise.all(senders.flatMap((sender) => [...nonces, ...nonces].map((nonce) => one(sender, nonce))));
  }
  await using rig = await ground.start();
  const texts = await textsOf(rig, channelId);
  expect(texts).toHaveLength(SENDERS * NONCES);
  expect(new Map(texts.map((text, index) => [text, index + 1]))).toEqual(places);
});
