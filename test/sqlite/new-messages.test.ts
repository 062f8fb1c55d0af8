import { expect, test } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import type { ChannelEffects } from '../../src/storage/effects.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { openEmbedded } from '../support/embedded.ts';

async function openChannel() {
  const embedded = await openEmbedded();
  const author = new ChannelAuthor(embedded.storage);
  const owner = newUserId();
  await author.create([owner]);
  const { storeNew } = embedded.storage.effects;
  if (storeNew === null) throw new Error('SQLite looks and writes in one step');
  const { channelId } = author;
  const joined = (...parts: readonly ChannelEffects[]): ChannelEffects => ({
    ...{ channelId, creation: null },
    events: parts.flatMap(({ events }) => events),
  });
  const { events, checkpoints, channels } = embedded.storage;
  const state = async () => ({
    events: await events.after(channelId, 0, 100),
    head: (await channels.heads([channelId])).get(channelId)?.sequence,
    read: (await checkpoints.of(owner, [channelId])).get(channelId)?.sequence,
  });
  return { embedded, author, owner, storeNew, joined, state };
}

test('messages that nobody has looked up are stored as others are, where they are new', async () => {
  const { embedded, author, owner, storeNew, joined, state } = await openChannel();
  await using _ = embedded;
  const parts = ['one', 'two', 'three'].map((text) => author.sent(owner, text));
  expect(await storeNew(joined(...parts))).toBe(true);
  expect(await state()).toEqual({ events: joined(...parts).events, head: 3, read: 3 });
});

test('one that was stored at another place is not stored again, nor is what comes after it', async () => {
  const { embedded, author, owner, storeNew, joined, state } = await openChannel();
  await using _ = embedded;
  const first = author.sent(owner, 'one');
  await storeNew(first);
  const [second, , fourth] = ['two', 'three', 'four'].map((text) => author.sent(owner, text));
  const repeated = first.events.map((event) => ({ ...event, sequence: 3, messages: 3 }));
  const batch = joined(second as ChannelEffects, { ...first, events: repeated }, fourth as ChannelEffects);
  expect(await storeNew(batch)).toBe(false);
  const { events } = joined(first, second as ChannelEffects);
  expect(await state()).toEqual({ events, head: 2, read: 2 });
});

test('the same again changes nothing, and says that it was there', async () => {
  const { embedded, author, owner, storeNew, state } = await openChannel();
  await using _ = embedded;
  const message = author.sent(owner, 'one');
  expect(await storeNew(message)).toBe(true);
  const before = await state();
  expect(await storeNew(message)).toBe(false);
  expect(await state()).toEqual(before);
});

// The second was acknowledged and never stored: a row that met another at its sequence was left out without a word.
test('an event whose place another has taken is refused, with all that was to be stored along with it', async () => {
  const { embedded, author, owner, joined, state } = await openChannel();
  await using _ = embedded;
  const { effects } = embedded.storage;
  const first = author.sent(owner, 'one');
  await effects.store(first);
  const before = await state();
  const second = author.sent(owner, 'two');
  const misplaced = second.events.map((event) => ({ ...event, sequence: 1, messages: 1 }));
  const refused = { code: 'UNAVAILABLE', cause: { message: expect.stringContaining('events.sequence') } };
  await expect(effects.store(joined({ ...second, events: misplaced }, second))).rejects.toMatchObject(refused);
  expect(await state()).toEqual(before);
  await effects.store(joined(first, second));
  expect(await state()).toEqual({ events: joined(first, second).events, head: 2, read: 2 });
});
