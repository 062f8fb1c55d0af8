import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { unavailable } from '../../src/domain/error.ts';
import type { Group } from '../../src/sqlite/statement.ts';
import { type WriteLimits, WriteQueue } from '../../src/sqlite/write-queue.ts';
import { keep } from './directory.ts';

const UNAVAILABLE = { code: 'UNAVAILABLE' };
/** What a `keep('x', bytes)` counts: two parameters, two bytes of text, its own. */
const sizeOf = (bytes: number) => 2 * 16 + 2 + bytes;

function newQueue(limits: Partial<WriteLimits> = {}) {
  const groups: Group[] = [];
  const queue = new WriteQueue({
    send: (group) => groups.push(group),
    limits: {
      ...{ writesPendingMax: 10, writesPendingBytesMax: 1_000_000, groupWritesMax: 100, groupBytesMax: 1_000_000 },
      ...limits,
    },
  });
  const settle = () => queue.settle(groups.at(-1)?.batches.map(({ statements }) => statements.map(() => 1)) ?? []);
  return { queue, groups, settle };
}

test('takes as many writes as may wait, and refuses one more until there is room', async () => {
  const { queue, settle } = newQueue({ writesPendingMax: 3 });
  const taken = [1, 2, 3].map(() => queue.push([keep('x')]));
  await expect(queue.push([keep('x')])).rejects.toMatchObject(UNAVAILABLE);
  await turn();
  // In flight is still waiting.
  await expect(queue.push([keep('x')])).rejects.toMatchObject(UNAVAILABLE);
  settle();
  expect(await Promise.all(taken)).toEqual([[1], [1], [1]]);
  const next = queue.push([keep('x')]);
  await turn();
  settle();
  expect(await next).toEqual([1]);
});

test('takes as many bytes as may wait, and refuses one byte more until there is room', async () => {
  const { queue, settle } = newQueue({ writesPendingBytesMax: 2 * sizeOf(100) });
  const first = queue.push([keep('x', 100)]);
  await expect(queue.push([keep('x', 101)])).rejects.toMatchObject(UNAVAILABLE);
  const second = queue.push([keep('x', 100)]);
  await turn();
  settle();
  expect(await Promise.all([first, second])).toEqual([[1], [1]]);
  const next = queue.push([keep('x', 101)]);
  await turn();
  settle();
  expect(await next).toEqual([1]);
});

test('sends one message a turn, then one for all that came meanwhile, in order and within the bounds of a group', async () => {
  const { queue, groups, settle } = newQueue({ groupWritesMax: 3, groupBytesMax: 2 * sizeOf(100) });
  const writes = [queue.push([keep('a', 1)]), queue.push([keep('b', 1)])];
  expect(groups).toHaveLength(0);
  await turn();
  expect(groups.map(({ batches }) => batches.length)).toEqual([2]);
  for (const bytes of [1, 1, 1, 100, 100, 500]) writes.push(queue.push([keep('c', bytes)]));
  await turn();
  expect(groups).toHaveLength(1);
  for (let index = 0; index < 4; index += 1) settle();
  expect(groups.map(({ batches }) => batches.length)).toEqual([2, 3, 2, 1]);
  await Promise.all(writes);
  // A text travels once.
  expect(groups.map(({ texts }) => texts.length)).toEqual([1, 0, 0, 0]);
});

test('rejects each write whose batch failed, and those without a result', async () => {
  const { queue } = newQueue();
  const writes = ['a', 'b', 'c'].map((name) => queue.push([keep(name)]));
  const settled = Promise.allSettled(writes);
  await turn();
  queue.settle([[1], new Error('the disk')]);
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
});

// What comes of a command was written although the command's own write had failed.
test('fails what is nothing without a write that failed before it, and nothing else', async () => {
  const { queue, groups, settle } = newQueue({ groupWritesMax: 1 });
  const writes = [
    queue.push([keep('a')]),
    queue.push([keep('b')], 'ordered'),
    queue.push([keep('c')]),
    queue.push([keep('d')], 'ordered'),
  ];
  const settled = Promise.allSettled(writes);
  await turn();
  queue.settle([new Error('the disk')]);
  const later = queue.push([keep('e')], 'ordered');
  settle();
  settle();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
  expect(await later).toEqual([1]);
  expect(groups).toHaveLength(3);
});

test('fails the same where the writer dies', async () => {
  const { queue, groups, settle } = newQueue({ groupWritesMax: 1 });
  const writes = [queue.push([keep('a')]), queue.push([keep('b')], 'ordered'), queue.push([keep('c')])];
  const settled = Promise.allSettled(writes);
  await turn();
  queue.pause(unavailable('The writer has died.'));
  queue.resume();
  settle();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(groups).toHaveLength(2);
});

test('resolves an empty batch without a write', async () => {
  const { queue, groups } = newQueue();
  expect(await queue.push([])).toEqual([]);
  await turn();
  expect(groups).toHaveLength(0);
});

test('is drained when the last accepted write is dealt with, and takes no more', async () => {
  const { queue, settle } = newQueue();
  const write = queue.push([keep('x')]);
  const drained = queue.drain(unavailable('closing'));
  await expect(queue.push([keep('x')])).rejects.toThrow('closing');
  await turn();
  settle();
  expect(await write).toEqual([1]);
  await drained;
});

test('rejects all that waits when the writer is gone, and lets a drain end', async () => {
  const { queue } = newQueue({ groupWritesMax: 1 });
  const settled = Promise.allSettled([queue.push([keep('x')]), queue.push([keep('y')])]);
  await turn();
  const drained = queue.drain(unavailable('closing'));
  queue.fail(unavailable('gone'));
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await drained;
  await expect(queue.push([keep('x')])).rejects.toMatchObject(UNAVAILABLE);
});
