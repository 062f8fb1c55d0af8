import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeName } from '../support/cluster/test-cluster.ts';
import { TestCluster } from '../support/cluster/test-cluster.ts';
import { EventSource } from '../support/event-source.ts';
import { run } from '../support/graphql.ts';
import { IMPORT_TOKEN } from '../support/import.ts';
import { INSPECTED } from '../support/inspector.ts';
import { Listener } from '../support/listener.ts';
import { createGroup, logIn, PASSWORD, send, signUp } from '../support/person.ts';
import { newHandle, type Place } from '../support/place.ts';
import { SERVICES_TIMEOUT_MS, sharedServices } from '../support/services.ts';
import { TestSocket } from '../support/socket.ts';
import { until } from '../support/until.ts';
import { catchUpScenario } from './catch-up.ts';
import { communityScenario } from './community.ts';
import { devicesScenario, PRESENCE_TTL } from './devices.ts';
import { importScenario } from './import.ts';
import { liveMembershipScenario } from './live-membership.ts';
import { quietStallScenario } from './quiet-stall.ts';
import { stalledReaderScenario } from './stalled-reader.ts';

// What is new here is the way, not the load.
/** Of the community's conversation. */
const LINES_MAX = 500;
/** Fewer and longer messages than on one node: as many bytes wait for a reader. */
const BEHIND = { lines: 6_000, behind: 5_000, textCharacters: 7_000 };
const STALLED = { warmUp: 300, messages: 2_000, textCharacters: 7_900 };

let cluster: TestCluster;
beforeAll(async () => {
  const services = await sharedServices('cassandra', 'kafka', 'redis', 'zookeeper');
  const env = { PRESENCE_TTL, IMPORT_TOKEN, ...INSPECTED };
  cluster = await TestCluster.start(services, `scenario_${randomBytes(4).toString('hex')}`, env);
}, 2 * SERVICES_TIMEOUT_MS);
afterAll(() => cluster?.[Symbol.asyncDispose]());

/** The scenarios share the three nodes. */
async function threeNodes(): Promise<Place> {
  return {
    doors: [cluster.node('a'), cluster.node('b'), cluster.node('c')],
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

const WHERE = 'on three nodes';
devicesScenario(WHERE, threeNodes);
liveMembershipScenario(WHERE, threeNodes);
communityScenario(WHERE, threeNodes, LINES_MAX);
importScenario(WHERE, threeNodes);
catchUpScenario(WHERE, threeNodes, BEHIND);
stalledReaderScenario(WHERE, threeNodes, STALLED);
quietStallScenario(WHERE, threeNodes);

const CHANNEL = `subscription ($id: ID!) { channel(id: $id, after: 0) { sequence ... on MessageSent { message { text } } } }`;
const UPDATES = `query ($after: [ChannelPosition!]!) { updates(after: $after, wait: 20) { events { sequence } } }`;

const LOG_IN = 'mutation ($input: LogInInput!) { logIn(input: $input) { accessToken endpoint { node url } } }';
interface LoggedIn {
  readonly logIn: {
    readonly accessToken: string;
    readonly endpoint: { readonly node: NodeName; readonly url: string };
  };
}

const WAYS: readonly (readonly [NodeName, NodeName, NodeName])[] = [
  ['a', 'b', 'c'],
  ['a', 'c', 'b'],
  ['b', 'a', 'c'],
  ['b', 'c', 'a'],
  ['c', 'a', 'b'],
  ['c', 'b', 'a'],
];

describe('who has signed up at one node', () => {
  test.each(WAYS)(
    'logs in at %s, listens at %s in every way, and gets what is sent at %s',
    async (first, second, third) => {
      const [asked, listening, sending] = [cluster.node(first), cluster.node(second), cluster.node(third)];
      const { handle } = await signUp(cluster.node('a').url, newHandle('ada'));
      const person = await logIn(asked.url, handle);
      const channelId = await createGroup(asked.url, person, []);
      const position = { channelId, sequence: 0 };
      await using channel = await Listener.channel(listening, person, channelId, 0);
      await using inbox = await Listener.inbox(listening, person, [position]);
      await using stream = await EventSource.open(listening.url, person.token, CHANNEL, { id: channelId });
      const polled = run(listening.url, person.token, UPDATES, { after: [position] });
      const { sequence } = await send(sending.url, person, channelId, 'from elsewhere');
      expect(sequence).toBe(1);
      expect((await channel.first(1))[0]?.message?.text).toBe('from elsewhere');
      expect((await inbox.first(1))[0]?.message?.text).toBe('from elsewhere');
      await until('the event stream to bring it', () => stream.results('channel').length > 0);
      expect(stream.results('channel')).toEqual([{ sequence: 1, message: { text: 'from elsewhere' } }]);
      expect(await polled).toEqual({ updates: { events: [{ sequence: 1 }] } });
    },
  );

  test.each([
    ['north', ['a', 'b']],
    ['south', ['c']],
  ])('is sent to a gateway of the region %s, and finds it there', async (region, nodes) => {
    const { handle } = await signUp(cluster.node('a').url, newHandle('ada'));
    const input = { handle, password: PASSWORD, region };
    const { logIn: session } = await run<LoggedIn>(cluster.node('b').url, null, LOG_IN, { input });
    expect(nodes).toContain(session.endpoint.node);
    expect(session.endpoint.url).toBe(cluster.node(session.endpoint.node).wsUrl);
    await using socket = await TestSocket.connect(session.endpoint.url, session.accessToken);
    expect(socket.closed).toBeNull();
  });
});
