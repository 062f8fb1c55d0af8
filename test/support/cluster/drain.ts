import { run } from '../graphql.ts';
import { createGroup, type Person } from '../person.ts';
import { TestSocket } from '../socket.ts';
import { until } from '../until.ts';
import { Conversation, type Findings } from './conversation.ts';
import type { TestCluster } from './test-cluster.ts';

export interface DrainFindings extends Findings {
  readonly exitCode: number | null;
  /** Of sockets that were open at the node. */
  readonly closeCodes: readonly number[];
  /** From the first to the last of them. */
  readonly spreadMs: number;
  /** Clients that asked where to go, once the first was let go, and were sent to the node all the same. */
  readonly sentBack: number;
  /** Whether another node reads the channel's partition now. */
  readonly isHandedOn: boolean;
}

const SOCKETS = 5;
const LOOKS = 20;
const FLOW_MS_MAX = 180_000;

/**
 * Tells the node that sequences a conversation's channel to stop, in the middle of it, and starts it again afterwards. Each node has to be in a
 * region of its own, so that its clients are sent to it: between two of one region it was the fuller one, and 'clients to be sent there' was never seen.
 */
export async function drainTrial(
  cluster: TestCluster,
  people: readonly Person[],
  seed: number,
): Promise<DrainFindings> {
  const [ada] = people;
  if (ada === undefined) throw new Error('Nobody is there.');
  const channelId = await createGroup(cluster.url('a'), ada, people.slice(1), 'PERSIST_FIRST');
  const draining = await cluster.sequencerOf(channelId);
  const other = cluster.names.find((name) => name !== draining) ?? 'a';
  const urls = cluster.names.map((name) => cluster.url(name));
  const load = { delivery: 'PERSIST_FIRST', sendIntervalMs: 500, seed } as const;
  await using conversation = await Conversation.start({ urls, people, channelId, ...load });

  const { wsUrl } = cluster.node(draining);
  const sockets = await Promise.all(Array.from({ length: SOCKETS }, () => TestSocket.connect(wsUrl, ada.token)));
  const closedAt: number[] = [];
  for (const { webSocket } of sockets) webSocket.on('close', () => closedAt.push(performance.now()));
  const isSentThere = () => isPicked(cluster.url(other), ada, { node: draining, region: cluster.regionOf(draining) });
  await until('clients to be sent there', isSentThere, 60_000);

  const stopping = cluster.stopNode(draining);
  await until('the first to be let go', () => closedAt.length > 0, 60_000);
  let sentBack = 0;
  for (let look = 0; look < LOOKS; look += 1) if (await isSentThere()) sentBack += 1;
  const closes = await Promise.all(sockets.map((socket) => socket.end()));
  const exitCode = await stopping;
  await conversation.flows(FLOW_MS_MAX);
  const isHandedOn = (await cluster.sequencerOf(channelId)) !== draining;
  await cluster.startNode(draining);
  return {
    ...(await conversation.end()),
    ...{ exitCode, sentBack, isHandedOn },
    closeCodes: closes.map(({ code }) => code),
    spreadMs: Math.max(...closedAt) - Math.min(...closedAt),
  };
}

async function isPicked(
  url: string,
  { token }: Person,
  { node, region }: { readonly node: string; readonly region: string },
): Promise<boolean> {
  const query = `query ($region: String) { endpoint(region: $region) { node } }`;
  const { endpoint } = await run<{ endpoint: { node: string } }>(url, token, query, { region });
  return endpoint.node === node;
}
