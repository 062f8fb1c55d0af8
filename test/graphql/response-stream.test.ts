import { type ExecutionResult, GraphQLError } from 'graphql';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../../src/graphql/answer.ts';
import { IteratorSource } from '../../src/graphql/event-source.ts';
import { Payload } from '../../src/graphql/payload.ts';
import { ResponseStream } from '../../src/graphql/response-stream.ts';

const failed = (error: unknown): ExecutionResult => ({ errors: [], extensions: { error } });
const shown = (event: unknown): ExecutionResult => ({ data: { event } });

/** A source whose next event never comes, and which says whether it was ended. */
function silent() {
  let isEnded = false;
  const source: AsyncIterator<unknown> = {
    next: () => new Promise(() => {}),
    return: async () => {
      isEnded = true;
      return { done: true, value: undefined };
    },
  };
  return { source, isEnded: () => isEnded };
}

async function* from(...events: readonly unknown[]) {
  for (const event of events) {
    if (event instanceof Error) throw event;
    yield event;
  }
}

function opened(
  source: AsyncIterator<unknown>,
  execute: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
): ResponseStream {
  const answer = (event: unknown) => answerOf(async () => new Payload(await execute(event)));
  return new ResponseStream(new IteratorSource(source), { answer, failed });
}

async function results(stream: ResponseStream): Promise<readonly ExecutionResult[]> {
  const all: ExecutionResult[] = [];
  for await (const result of stream) all.push(result);
  return all;
}

describe('a response stream', () => {
  it('gives a result for each event', async () => {
    const stream = opened(from(1, 2), shown);
    expect(await results(stream)).toEqual([shown(1), shown(2)]);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  // Each event stream wrote every result again for itself.
  it('gives the text along that was written for all', async () => {
    const payload = new Payload(shown('é'));
    const answer = () => answerOf(() => payload);
    for (const reader of [1, 2]) {
      const stream = new ResponseStream(new IteratorSource(from(reader)), { answer, failed });
      const { value } = await stream.next();
      expect(value).toEqual(payload.result);
      expect(value.stringify()).toBe(payload.json);
    }
  });

  it('lets errors be written by whoever answers', async () => {
    const [result] = await results(opened(from(1), () => ({ errors: [new GraphQLError('no')] })));
    expect(result).not.toHaveProperty('stringify');
  });

  it('hands events on as the same objects', async () => {
    const event = { kind: 'MessageSent' };
    const seen: unknown[] = [];
    await results(opened(from(event), (one) => shown(seen.push(one))));
    expect(seen[0]).toBe(event);
  });

  // A generator's return() waits for the next() that is pending, so that a silent subscription was never let go.
  it('ends its source at once, also while it waits for an event', async () => {
    const { source, isEnded } = silent();
    const stream = opened(source, shown);
    void stream.next();
    expect(await stream.return()).toEqual({ done: true, value: undefined });
    expect(isEnded()).toBe(true);
  });

  it('makes an error of the source its last result', async () => {
    const error = new Error('lost');
    const stream = opened(from(1, error, 2), shown);
    expect(await results(stream)).toEqual([shown(1), failed(error)]);
  });

  it('makes an error of an execution its last result, and ends its source', async () => {
    const error = new Error('broken');
    let isEnded = false;
    const source: AsyncIterator<unknown> = {
      next: async () => ({ done: false, value: 1 }),
      return: async () => {
        isEnded = true;
        return { done: true, value: undefined };
      },
    };
    const stream = opened(source, () => Promise.reject(error));
    expect(await results(stream)).toEqual([failed(error)]);
    expect(isEnded).toBe(true);
  });

  it('gives no more once it was ended, even what was being executed', async () => {
    const execution = Promise.withResolvers<ExecutionResult>();
    const stream = opened(from(1), () => execution.promise);
    const next = stream.next();
    await stream.return();
    execution.resolve(shown(1));
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('does not reject where ending its source does', async () => {
    const source: AsyncIterator<unknown> = {
      next: () => Promise.reject(new Error('lost')),
      return: () => Promise.reject(new Error('lost again')),
    };
    const stream = opened(source, shown);
    expect(await results(stream)).toHaveLength(1);
    expect(await stream.return()).toEqual({ done: true, value: undefined });
  });
});
