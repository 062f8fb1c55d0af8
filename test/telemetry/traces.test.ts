import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNode } from '../support/node.ts';
import { createGroup, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

interface Span {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

/** What a collector is sent: OTLP over HTTP. */
const spans: Span[] = [];
let collector: Server;
let url = '';

beforeAll(async () => {
  collector = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Export;
    for (const { scopeSpans } of resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  collector.listen(0, '127.0.0.1');
  await once(collector, 'listening');
  url = `http://127.0.0.1:${(collector.address() as AddressInfo).port}/v1/traces`;
});
afterAll(() => void collector.close());

describe('traces', () => {
  it('follow a message from the mutation to its delivery', async () => {
    await using node = await startNode({ env: { TRACES_URL: url, TRACES_SHARE: '1' } });
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.subscribe('1', `subscription { channel(id: "${group}") { __typename } }`);
    await until('the subscription to be live', async () => {
      await send(node.url, ada, group, 'hello');
      return socket.frames.find(({ type }) => type === 'next');
    });
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
