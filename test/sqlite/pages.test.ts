import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newUserId } from '../../src/domain/identifier.ts';
import type { StoredMessage } from '../../src/domain/message.ts';
import { createSqliteStorage } from '../../src/storage/sqlite/storage.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { ChannelAuthor } from '../conformance/channel-author.ts';
import { newDirectory } from './directory.ts';

let directory: Awaited<ReturnType<typeof newDirectory>>;
let storage: Storage;
beforeAll(async () => {
  directory = await newDirectory();
  storage = await createSqliteStorage(await directory.open());
});
afterAll(() => directory[Symbol.asyncDispose]());

/** For each message how many edits follow it, far apart and close. */
const histories = fc.array(fc.oneof(fc.constant(0), fc.nat(5), fc.nat(400)), { maxLength: 12 });
const bound = fc.option(fc.nat(2_500), { nil: null });
const ranges = fc.record({
  ...{ after: bound, before: bound, limit: fc.integer({ min: 1, max: 20 }) },
  from: fc.constantFrom('oldest' as const, 'newest' as const),
});

async function write(edits: readonly number[]): Promise<ChannelAuthor> {
  const author = new ChannelAuthor(storage);
  const owner = newUserId();
  await author.create([owner]);
  const writes: Promise<StoredMessage>[] = [];
  // Before the first message, too, there may be other events.
  await author.add(
    owner,
    Array.from({ length: 70 }, () => newUserId()),
  );
  for (const [index, count] of edits.entries()) {
    const message = await author.send(owner, `${index}`);
    for (let edit = 0; edit < count; edit += 1) writes.push(author.edit(message, `${index} for the ${edit}. time`));
  }
  await Promise.all(writes);
  return author;
}

test('a page is what its bounds say, however many other events lie between its messages', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.array(ranges, { minLength: 20, maxLength: 20 }), async (edits, asked) => {
      const author = await write(edits);
      const all = author.messages();
      for (const range of asked) {
        const { after, before, limit, from } = range;
        const within = all.filter(({ sequence }) => sequence > (after ?? 0) && sequence < (before ?? Infinity));
        const expected = from === 'oldest' ? within.slice(0, limit) : within.slice(-limit);
        expect(await storage.events.messages(author.channelId, range)).toEqual(expected);
      }
    }),
    { numRuns: 20 },
  );
});
