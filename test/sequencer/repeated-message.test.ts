import { hash } from 'node:crypto';
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

// What had left no event was decided again, above what had been stored with it: the first new one after it was acknowledged at another's place, and never stored.
test('a retry that waits among messages of which some are stored and one is a repeat', async () => {
  const { ground, channelId, owner } = await openForgotten(['old']);
  await using _ = ground;
  await using rig = await ground.start();
  // The first is a batch of its own.
  const texts = ['first', 'a', 'a', 'b', 'old', 'c'];
  const outcomes = await Promise.all(texts.map((text) => rig.submit(send(channelId, owner, text))));
  expect(outcomes.map(told)).toEqual([2, 3, 3, 4, 1, 5]);
  expect(await textsOf(rig, channelId)).toEqual(['old', 'first', 'a', 'b', 'c']);
  expect(rig.pushed(channelId).map(({ sequence }) => sequence)).toEqual([2, 3, 4, 5]);
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

/** Retries meet first tries, and each other, in the same batch. */
function shuffled<Item>(items: readonly Item[], seed: number): readonly Item[] {
  const places = new Map(items.map((item, index) => [item, hash('sha256', `${seed}/${index}`)]));
  return items.toSorted((one, other) => ((places.get(one) ?? '') < (places.get(other) ?? '') ? -1 : 1));
}

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
    const nonces = Array.from({ length: NONCES }, (_, nonce) => nonce).filter((nonce) => nonce % ROUNDS <= round);
    const twice = senders.flatMap((sender) => [...nonces, ...nonces].map((nonce) => ({ sender, nonce })));
    await Promise.all(shuffled(twice, round).map(({ sender, nonce }) => one(sender, nonce)));
  }
  await using rig = await ground.start();
  const texts = await textsOf(rig, channelId);
  expect(texts).toHaveLength(SENDERS * NONCES);
  expect(new Map(texts.map((text, index) => [text, index + 1]))).toEqual(places);
});
