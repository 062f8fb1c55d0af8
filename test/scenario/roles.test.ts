import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCollector } from '../support/collector.ts';
import { freePort } from '../support/free-port.ts';
import { run } from '../support/graphql.ts';
import { type Node, startNode } from '../support/node.ts';
import { createGroup, logIn, PASSWORD, send, signUp } from '../support/person.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';

const ROLES = ['sequencer', 'api', 'gateway'] as const;
type Role = (typeof ROLES)[number];

const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { endpoint { node url } } }';
const CHANNEL = 'subscription ($id: ID!) { channel(id: $id, after: 0) { sequence } }';

/** What docs/operations.md tells to watch. */
const FIGURES = [
  ...[
    'parley_command_seconds',
    'parley_commands_pending',
    'parley_log_lag',
    'parley_store_seconds',
    'parley_sockets',
    'parley_streams',
  ],
  ...['parley_connections', 'parley_deliveries_total', 'parley_queue_bytes', 'parley_slow_readers_total'],
  ...['parley_gaps_filled_total', 'parley_bus_reconnects_total', 'parley_hub_topics', 'parley_presence_users'],
  ...['parley_stopped_channels', 'nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'],
];

describe('a node for each role', () => {
  const nodes = {} as Record<Role, Node>;
  let collector: Awaited<ReturnType<typeof startCollector>>;

  beforeAll(async () => {
    const { variables } = await sharedServices('cassandra', 'kafka', 'redis', 'zookeeper');
    const name = `roles_${randomBytes(4).toString('hex')}`;
    collector = await startCollector();
    const traces = { TRACES_URL: collector.url, TRACES_SHARE: '1' };
    const shared = { ...variables, ...traces, CASSANDRA_KEYSPACE: name, KAFKA_PREFIX: name, KAFKA_PARTITIONS: '4' };
    for (const role of ROLES) {
      const port = String(await freePort());
      const own = { ROLES: role, NODE_NAME: role, PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` };
      nodes[role] = await startNode({ env: { ...shared, ...own }, readyMsMax: 120_000 });
    }
  }, SERVICES_TIMEOUT_MS);
  afterAll(async () => {
    for (const node of Object.values(nodes)) await node[Symbol.asyncDispose]();
    collector?.[Symbol.dispose]();
  });

  const figuresOf = async ({ url }: Node): Promise<string> => (await fetch(url.replace('/graphql', '/metrics'))).text();

  it('sends clients from the one that answers requests to the one that holds sockets', async () => {
    const { handle } = await signUp(nodes.api.url, 'ada');
    const input = { handle, password: PASSWORD };
    const { logIn: session } = await until('the gateway to be known', async () => {
      const answer = await run<{ logIn: { endpoint: { node: string; url: string } } }>(
        ...([nodes.api.url, null, LOG_IN, { input }] as const),
      );
      return answer.logIn.endpoint.node === 'gateway' && answer;
    });
    expect(session.endpoint.url).toBe(nodes.gateway.wsUrl);
    const person = await logIn(nodes.api.url, handle);
    await using _socket = await TestSocket.connect(session.endpoint.url, person.token);
    for (const role of ['api', 'sequencer'] as const) {
      const refused = new TestSocket(nodes[role].wsUrl);
      expect((await refused.end()).code).toBe(1_006);
    }
  });

  it('has a message followed over all of them, from the mutation to its delivery', async () => {
    const ada = await signUp(nodes.api.url, 'bea');
    const channelId = await createGroup(nodes.api.url, ada, []);
    await using socket = await TestSocket.connect(nodes.gateway.wsUrl, ada.token);
    socket.subscribe('1', CHANNEL, { id: channelId });
    let sent = 0;
    await until('an event', async () => {
      await send(nodes.api.url, ada, channelId, 'hello');
      sent += 1;
      return socket.results('1', 'channel').length > 0;
    });
    await until('all events', () => socket.results('1', 'channel').length === sent);
    const path = await until('a whole trace', () => {
      const roots = collector.spans.filter(({ name }) => name === 'command SendMessage');
      const traces = roots.map((root) => [
        root,
        ...collector.spans.filter(({ parentSpanId }) => parentSpanId === root.spanId),
      ]);
      return traces.find((trace) => trace.some(({ name }) => name === 'deliver'));
    });
    expect(new Map(path.map(({ name, node }) => [name, node]))).toEqual(
      new Map([
        ['command SendMessage', 'api'],
        ['store', 'sequencer'],
        ['publish', 'sequencer'],
        ['deliver', 'gateway'],
      ]),
    );
  });

  it('has the one that only reads the log answer how it is, and nothing else', async () => {
    const { url } = nodes.sequencer;
    for (const path of ['/health', '/ready', '/metrics']) {
      expect((await fetch(new URL(path, url))).status).toBe(200);
    }
    const body = JSON.stringify({ query: '{ __typename }' });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(404);
    expect(await figuresOf(nodes.sequencer)).toContain('parley_log_lag{partition="0"}');
    expect(await figuresOf(nodes.api)).not.toContain('parley_log_lag{');
    for (const node of Object.values(nodes)) {
      const figures = await figuresOf(node);
      expect(FIGURES.filter((figure) => !figures.includes(`# TYPE ${figure} `))).toEqual([]);
    }
  });

  it('ends in order, each of them', async () => {
    for (const role of ROLES.toReversed()) expect([role, await nodes[role].stop()]).toEqual([role, 0]);
  });
});
