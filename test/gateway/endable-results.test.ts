import type { ExecutionResult } from 'graphql';
import { describe, expect, it } from 'vitest';
import { EndableResults } from '../../src/gateway/endable-results.ts';

/** Results that come when the test says so. */
class Source implements AsyncIterableIterator<ExecutionResult> {
  readonly waiting: ((result: IteratorResult<ExecutionResult>) => void)[] = [];
  returned = 0;

  next(): Promise<IteratorResult<ExecutionResult>> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** As the engine's: what waits is let go. */
  async return(): Promise<IteratorResult<ExecutionResult>> {
    this.returned += 1;
    for (const resolve of this.waiting.splice(0)) resolve({ done: true, value: undefined });
    return { done: true, value: undefined };
  }

  give(text: string): void {
    this.waiting.shift()?.({ done: false, value: { data: { text } } });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const LAST: ExecutionResult = { data: { text: 'last' } };
const DONE = { done: true, value: undefined };

function open() {
  const source = new Source();
  let released = 0;
  const results = new EndableResults(source, () => {
    released += 1;
  });
  return { source, results, released: () => released };
}

describe('results that can be ended', () => {
  it('pass on what comes, one for each that is asked for', async () => {
    const { source, results } = open();
    for (const text of ['a', 'b']) {
      const next = results.next();
      expect(source.waiting).toHaveLength(1);
      source.give(text);
      expect(await next).toEqual({ done: false, value: { data: { text } } });
    }
    expect(source.waiting).toHaveLength(0);
  });

  it('end at once with the last result, also while one is waited for', async () => {
    const { source, results, released } = open();
    const next = results.next();
    results.end(LAST);
    expect(await next).toEqual({ done: false, value: LAST });
    expect(await results.next()).toEqual(DONE);
    expect(source.returned).toBe(1);
    expect(released()).toBe(1);
  });

  it('give the last result to who comes later', async () => {
    const { results } = open();
    results.end(LAST);
    expect(await results.next()).toEqual({ done: false, value: LAST });
    expect(await results.next()).toEqual(DONE);
  });

  it('end once, whoever ends them and however often', async () => {
    const { source, results, released } = open();
    results.end(null);
    results.end(LAST);
    await results.return();
    expect(await results.next()).toEqual(DONE);
    expect(source.returned).toBe(1);
    expect(released()).toBe(1);
  });

  it('are released when the source ends by itself', async () => {
    const { source, results, released } = open();
    const next = results.next();
    source.waiting.shift()?.({ done: true, value: undefined });
    expect(await next).toEqual(DONE);
    expect(released()).toBe(1);
    expect(results.ended).toBe(true);
  });

  it('can be returned while one is waited for', async () => {
    const { results, released } = open();
    const next = results.next();
    expect(await results.return()).toEqual(DONE);
    expect(await next).toEqual(DONE);
    expect(released()).toBe(1);
  });
});
