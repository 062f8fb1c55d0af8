import { types } from 'cassandra-driver';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../src/config/limits.ts';
import { batchesOf, type Write } from '../../src/storage/cassandra/batch.ts';
import { RetryWritesOnce, SpeculateOnReads } from '../../src/storage/cassandra/retry.ts';
import { Semaphore } from '../../src/storage/cassandra/semaphore.ts';

const { batchBytesMax, batchWritesMax } = LIMITS.cassandra;
const write = (text: string): Write => ({ cql: 'INSERT', parameters: [text], group: 'one' });
const bytesOf = (batch: readonly Write[]) => Buffer.byteLength(batch.map(({ parameters }) => parameters[0]).join(''));

describe('batches of one group', () => {
  it('take so many writes, and so many bytes, and not one more', () => {
    const sizes = (writes: readonly Write[]) => batchesOf(writes).map(({ length }) => length);
    expect(sizes(Array.from({ length: batchWritesMax }, () => write('x')))).toEqual([batchWritesMax]);
    expect(sizes(Array.from({ length: batchWritesMax + 1 }, () => write('x')))).toEqual([batchWritesMax, 1]);
    const half = write('ü'.repeat(batchBytesMax / 4));
    expect(sizes([half, half])).toEqual([2]);
    expect(sizes([half, half, write('x')])).toEqual([2, 1]);
    expect(sizes([])).toEqual([]);
  });

  it('keep the order and lose nothing, whatever the sizes; only a write that is too large alone passes the bound', () => {
    const text = fc.nat(1.5 * batchBytesMax).map((size) => 'x'.repeat(size));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 30 }), (texts) => {
        const writes = texts.map(write);
        const batches = batchesOf(writes);
        expect(batches.flat()).toEqual(writes);
        for (const batch of batches) expect(batch.length === 1 || bytesOf(batch) <= batchBytesMax).toBe(true);
      }),
    );
  });
});

describe('the semaphore', () => {
  it('lets so many through at once, the others in turn, and refuses one more', async () => {
    const semaphore = new Semaphore({ atOnceMax: 3, waitingMax: 4 });
    const started: number[] = [];
    const finish: (() => void)[] = [];
    const pass = (index: number) =>
      semaphore.run(() => {
        started.push(index);
        return new Promise<void>((resolve) => finish.push(resolve));
      });
    const passing = [0, 1, 2, 3, 4, 5, 6].map(pass);
    await expect(pass(7)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(started).toEqual([0, 1, 2]);
    for (let index = 0; index < passing.length; index += 1) {
      finish[index]?.();
      await passing[index];
      expect(started).toEqual([0, 1, 2, 3, 4, 5, 6].slice(0, index + 4));
    }
    finish[7]?.();
    await semaphore.run(async () => {});
  });

  it('gives the place back of what fails', async () => {
    const semaphore = new Semaphore({ atOnceMax: 1, waitingMax: 1 });
    await expect(semaphore.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await semaphore.run(async () => 'yes')).toBe('yes');
  });
});

describe('what is done again', () => {
  const { retry, rethrow } = { retry: 1, rethrow: 0 };

  it('is a plain write that timed out, once, and no transaction', () => {
    const policy = new RetryWritesOnce();
    const decide = (nbRetry: number, writeType: string) => {
      const info = { query: 'INSERT', nbRetry } as Parameters<RetryWritesOnce['onWriteTimeout']>[0];
      return policy.onWriteTimeout(info, types.consistencies.localQuorum, 1, 2, writeType).decision;
    };
    expect([decide(0, 'SIMPLE'), decide(0, 'UNLOGGED_BATCH')]).toEqual([retry, retry]);
    expect([decide(1, 'SIMPLE'), decide(0, 'CAS'), decide(0, 'COUNTER')]).toEqual([rethrow, rethrow, rethrow]);
  });

  it('is a slow read, once, and no write', () => {
    const policy = new SpeculateOnReads(500, 1);
    const plan = policy.newPlan('keyspace', 'SELECT a FROM b');
    expect([plan.nextExecution(), plan.nextExecution()]).toEqual([500, -1]);
    for (const write of ['INSERT INTO a', 'UPDATE a', [{ query: 'SELECT' }]]) {
      expect(policy.newPlan('keyspace', write).nextExecution()).toBe(-1);
    }
  });
});
