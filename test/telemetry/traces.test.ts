import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCollector } from '../support/collector.ts';
import { startNode } from '../support/node.ts';
import { createGroup, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

let collector: Awaited<ReturnType<typeof startCollector>>;
beforeAll(async () => {
  collector = await startCollector();
});
afterAll(() => collector[Symbol.dispose]());

describe('traces', () => {
  it('follow a message from the mutation to its delivery', async () => {
    await using node = await startNode({ env: { TRACES_URL: collector.url, TRACES_SHARE: '1' } });
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.subscribe('1', `subscription { channel(id: "${group}") { __typename } }`);
    await until('the subscription to be live', async () => {
      await send(node.url, ada, group, 'hello');
      return socket.frames.find(({ type }) => type === 'next');
    });
    const { spans } = collector;
    const path = await until('a whole trace', () => {
      for (const root of spans.filter(({ name }) => name === 'command SendMessage')) {
        const steps = spans.filter(
          ({ traceId, parentSpanId }) => traceId === root.traceId && parentSpanId === root.spanId,
        );
        if (steps.some(({ name }) => name === 'deliver')) return steps.map(({ name }) => name);
      }
      return undefined;
    });
    expect(path.toSorted()).toEqual(['deliver', 'publish', 'store']);
  });

  it('are neither waited for nor missed where no collector answers', async () => {
    await using node = await startNode({ env: { TRACES_URL: 'http://127.0.0.1:9/v1/traces', TRACES_SHARE: '1' } });
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    expect((await send(node.url, ada, group, 'hello')).text).toBe('hello');
    expect(await node.stop()).toBe(0);
  });
});
