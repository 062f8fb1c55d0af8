import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EventSource } from '../support/event-source.ts';
import { ask, run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, type Person, send, signUp } from '../support/person.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const UPDATES = `query ($after: [ChannelPosition!]!) { updates(after: $after, wait: 30) { events { sequence } } }`;
const CHANNEL = `subscription ($id: ID!) { channel(id: $id, after: 0) { sequence } }`;
const HISTORY = `query ($id: ID!, $before: String) {
  channel(id: $id) { messages(last: 100, before: $before) { edges { cursor node { id } } pageInfo { hasPreviousPage } } }
}`;

interface History {
  readonly channel: {
    readonly messages: {
      readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
      readonly pageInfo: { readonly hasPreviousPage: boolean };
    };
  };
}

async function storedIds(node: Node, person: Person, channelId: string): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  let before: string | undefined;
  for (;;) {
    const variables = { id: channelId, before: before ?? null };
    const { messages } = (await run<History>(node.url, person.token, HISTORY, variables)).channel;
    for (const edge of messages.edges) ids.add(edge.node.id);
    before = messages.edges[0]?.cursor;
    if (!messages.pageInfo.hasPreviousPage) return ids;
  }
}

const addressOf = (node: Node, path: string): string => new URL(path, node.url).href;

async function eventStream(node: Node, person: Person, channelId: string): Promise<() => Promise<string>> {
  const response = await fetch(node.url, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${person.token}`,
    },
    body: JSON.stringify({ query: CHANNEL, variables: { id: channelId } }),
  });
  return () => response.text();
}

/** A connection that has been used and stays open. */
async function keptAlive(node: Node): Promise<Agent> {
  const agent = new Agent({ keepAlive: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  get(addressOf(node, '/health'), { agent }, (response) => response.resume().once('end', resolve)).once(
    'error',
    reject,
  );
  await promise;
  return agent;
}

describe('a node that is told to stop', { timeout: 60_000 }, () => {
  it('lets its clients go in a way that they understand, and leaves with 0', async () => {
    await using node = await startNode({ env: { DRAIN_SECONDS: '2' } });
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    const sockets = await Promise.all(Array.from({ length: 5 }, () => TestSocket.connect(node.wsUrl, ada.token)));
    const closedAt: number[] = [];
    for (const socket of sockets) {
      socket.webSocket.on('close', () => closedAt.push(performance.now()));
      socket.subscribe('1', CHANNEL, { id: group });
    }
    const stream = await eventStream(node, ada, group);
    const startedAt = performance.now();
    const poll = ask(node.url, ada.token, UPDATES, { after: [{ channelId: group, sequence: 0 }] });
    const agent = await keptAlive(node);

    const exited = once(node.process, 'exit');
    node.process.kill('SIGTERM');
    await until('the node not to be ready', async () => (await fetch(addressOf(node, '/ready'))).status === 503);
    expect((await fetch(addressOf(node, '/health'))).status).toBe(200);
    const late = new TestSocket(node.wsUrl);
    expect((await late.end()).code).toBe(1_006);

    const closes = await Promise.all(sockets.map((socket) => socket.end()));
    expect(closes.map(({ code }) => code)).toEqual([1_012, 1_012, 1_012, 1_012, 1_012]);
    // Not all at once: their clients would come back as one.
    expect(Math.max(...closedAt) - Math.min(...closedAt)).toBeGreaterThan(1_000);
    // A client that is told of an end does not come back.
    expect(await stream()).not.toContain('event: complete');
    const { status, data, errors } = await poll;
    expect({ status, data, errors }).toEqual({ status: 200, data: { updates: { events: [] } }, errors: undefined });
    expect(performance.now() - startedAt).toBeLessThan(20_000);

    const [code] = await exited;
    expect(code).toBe(0);
    agent.destroy();
    await late[Symbol.asyncDispose]();
  });

  it('lets event streams go one after the other too', async () => {
    await using node = await startNode({ env: { DRAIN_SECONDS: '2' } });
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    const streams = await Promise.all(Array.from({ length: 5 }, () => eventStream(node, ada, group)));
    const endedAt: number[] = [];
    const ending = streams.map(async (end) => {
      const text = await end();
      endedAt.push(performance.now());
      return text;
    });
    const exited = once(node.process, 'exit');
    node.process.kill('SIGTERM');
    for (const text of await Promise.all(ending)) expect(text).not.toContain('event: complete');
    expect(Math.max(...endedAt) - Math.min(...endedAt)).toBeGreaterThan(1_000);
    expect(await exited).toEqual([0, null]);
  });

  it('keeps every message that it has acknowledged, and acknowledges all that it has taken', async () => {
    await using node = await startNode();
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    const outcomes: Promise<string | null>[] = [];
    for (let index = 0; index < 200; index += 1) {
      // Whatever the node no longer takes fails as a connection that was never made.
      outcomes.push(
        send(node.url, ada, group, `Message ${index}`, `${index}`).then(
          ({ id }) => id,
          (error: unknown) => {
            if (error instanceof TypeError) return null;
            throw error;
          },
        ),
      );
      if (index === 100) node.process.kill('SIGTERM');
      if (index % 10 === 0) await outcomes[index];
    }
    const acknowledged = (await Promise.all(outcomes)).filter((id) => id !== null);
    await until('the node to be gone', () => node.process.exitCode !== null);
    expect(node.process.exitCode).toBe(0);
    expect(acknowledged.length).toBeGreaterThan(0);

    await using again = await startNode({ directory: node.directory });
    const stored = await storedIds(again, ada, group);
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
  });

  it('answers what sockets have asked before it closes them, and waits for no subscription', async () => {
    await using node = await startNode();
    const ada = await signUp(node.url, 'ada');
    const group = await createGroup(node.url, ada, []);
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.subscribe('live', CHANNEL, { id: group });
    const logIn = `mutation { logIn(input: { handle: "ada", password: "not the password" }) { accessToken } }`;
    // Passwords are compared two at a time: they are at it for a while.
    for (let index = 0; index < 4; index += 1) socket.subscribe(`log-in ${index}`, logIn);
    await until('the first answer', () => socket.frames.some(({ id }) => id?.startsWith('log-in')));
    const exited = once(node.process, 'exit');
    node.process.kill('SIGTERM');
    expect((await socket.end()).code).toBe(1_012);
    const answered = socket.frames.filter(({ id, type }) => id?.startsWith('log-in') && type !== 'complete');
    expect(answered).toHaveLength(4);
    expect(await exited).toEqual([0, null]);
  });

  it('does not wait where it is told twice', async () => {
    await using node = await startNode({ env: { DRAIN_SECONDS: '60' } });
    const ada = await signUp(node.url, 'ada');
    await Promise.all(Array.from({ length: 3 }, () => TestSocket.connect(node.wsUrl, ada.token)));
    const exited = once(node.process, 'exit');
    node.process.kill('SIGTERM');
    await until('the drain', async () => (await fetch(addressOf(node, '/ready'))).status === 503);
    node.process.kill('SIGINT');
    expect((await exited)[0]).toBe(1);
  });

  it('refuses new streams with 503, so that their readers go elsewhere', async () => {
    await using node = await startNode({ env: { DRAIN_SECONDS: '2' } });
    const ada = await signUp(node.url, 'ada');
    const sockets = await Promise.all([1, 2].map(() => TestSocket.connect(node.wsUrl, ada.token)));
    node.process.kill('SIGTERM');
    await until('the drain', () => sockets.some(({ closed }) => closed !== null));
    await using stream = await EventSource.open(node.url, ada.token, 'subscription { inbox { sequence } }');
    expect(stream.status).toBe(503);
  });

  it('does not wait for a socket whose peer does not read', async () => {
    await using node = await startNode();
    const ada = await signUp(node.url, 'ada');
    await using socket = await TestSocket.connect(node.wsUrl, ada.token);
    socket.webSocket.pause();
    const startedAt = performance.now();
    expect(await node.stop()).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(9_000);
  });

  // It said that it was ready before it heeded signals: one that came right then killed it.
  it('leaves with 0 when it is told as soon as it is ready', async () => {
    await using node = await startNode({ env: { DRAIN_SECONDS: '60' } });
    const exited = once(node.process, 'exit');
    node.process.kill('SIGINT');
    expect(await exited).toEqual([0, null]);
  });
});
